"""Alerts on their way out: who is told (`routing`), what it says (`messages`), how it leaves (`delivery` and a module
for each service).

After a scan, a command calls `monitor.cli.alerts.send_due(face, engine, settings)`; whoever has no face calls
`monitor.channels.delivery.deliver(engine, settings, now, clock, environ=..., kinds=wiring.channel_kinds())`.

A channel kind is a plain callable `send(parcel, wire) -> Outcome` (see `monitor.channels.parcel`); plug-ins bring
more of them through the entry point `listing_monitor.channels`.
"""
