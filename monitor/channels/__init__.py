"""Alerts on their way out: who is told (`routing`), what it says (`messages`), how it leaves (`delivery` and a module
for each service).

A channel kind is a plain callable `send(parcel, wire) -> Outcome` (see `monitor.channels.parcel`); plug-ins bring
more of them through the entry point `listing_monitor.channels`.
"""
