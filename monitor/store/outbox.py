"""Alerts on their way out: written in the transaction of the change that they tell, sent at least once.

A delivery is `waiting`, `sent` or `dead`. Of one subject (a finding) only the oldest waiting delivery of a channel
is due, so a finding's events leave in order; a dead one no longer holds the others back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, exists, func, insert, or_, select, update

from monitor.model.event import Delivery, Event
from monitor.store.numbers import block
from monitor.store.tables import deliveries, events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Engine, Row

State = Literal["waiting", "sent", "dead"]
MOST = 500  # values in one IN list


def put(connection: Connection, messages: Sequence[tuple[Event, Sequence[str]]]) -> int:
    """Write events and a waiting delivery for each channel named, in the caller's transaction.

    An event without a channel is not written; one whose id is there already is left as it is. How many deliveries.
    """
    wanted = {event.event_id: (event, channels) for event, channels in messages if channels}
    known = set(_known(connection, list(wanted)))
    fresh = [pair for event_id, pair in wanted.items() if event_id not in known]
    if not fresh:
        return 0
    connection.execute(insert(events), [_event_row(event) for event, _ in fresh])
    pairs = [(event, channel) for event, channels in fresh for channel in dict.fromkeys(channels)]
    first = block(connection, "deliveries", len(pairs))
    connection.execute(insert(deliveries), [
        {"delivery_id": number, "event_id": event.event_id, "channel": channel, "subject": event.subject, "sequence": number,
         "state": "waiting", "attempts": 0, "due_at": event.at, "why": ""}
        for number, (event, channel) in enumerate(pairs, first)
    ])  # fmt: skip
    return len(pairs)


def due(engine: Engine, channel: str, now: datetime, limit: int, lease: timedelta) -> list[Delivery]:
    """Claim up to `limit` deliveries of one channel until `now + lease`, oldest first, one for each subject.

    A process that dies with them loses the claim when the lease ends; somebody sends them again under the same id.
    """
    older = deliveries.alias()
    held = exists().where(
        older.c.channel == deliveries.c.channel, older.c.subject == deliveries.c.subject, older.c.state == "waiting",
        older.c.sequence < deliveries.c.sequence,
    )  # fmt: skip
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    wanted = (
        select(deliveries.c.delivery_id)
        .where(deliveries.c.channel == channel, deliveries.c.state == "waiting", deliveries.c.due_at <= now, free)
        .where(or_(deliveries.c.subject == "", ~held))
        .order_by(deliveries.c.sequence)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with engine.begin() as connection:
        ids = list(connection.execute(wanted).scalars())
        for some in _parts(ids):
            connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(some)).values(leased_until=now + lease))
        return [delivery for some in _parts(ids) for delivery in _read(connection, deliveries.c.delivery_id.in_(some))]


def sent(engine: Engine, ids: Iterable[int], at: datetime) -> None:
    """They arrived."""
    _settle(engine, ids, state="sent", sent_at=at, why="", attempts=deliveries.c.attempts + 1)


def failed(engine: Engine, ids: Iterable[int], at: datetime, why: str, retry_at: datetime | None) -> None:
    """They did not arrive: again at `retry_at`, or never (None: the dead letters, where `resend` finds them)."""
    values: dict[str, Any] = {"state": "dead"} if retry_at is None else {"due_at": retry_at}
    _settle(engine, ids, why=why, attempts=deliveries.c.attempts + 1, **values)


def put_off(engine: Engine, ids: Iterable[int], until: datetime) -> None:
    """Not now (quiet hours, a limit of the service): due at `until`, and no attempt is counted."""
    _settle(engine, ids, due_at=until)


def press(engine: Engine, channel: str, level: str, now: datetime) -> set[str]:
    """Subjects of a channel with a waiting delivery of that level. What waits before it without a failed try is due
    now: quiet hours must not hold the urgent behind what they held back."""
    urgent = select(deliveries.c.subject).join(events).where(
        deliveries.c.channel == channel, deliveries.c.state == "waiting", deliveries.c.subject != "", events.c.level == level
    )  # fmt: skip
    with engine.connect().execution_options(reading=True) as connection:
        subjects = set(connection.execute(urgent).scalars())
    if not subjects:
        return subjects
    with engine.begin() as connection:
        for some in _parts(sorted(subjects)):
            held = and_(deliveries.c.channel == channel, deliveries.c.state == "waiting", deliveries.c.attempts == 0, deliveries.c.subject.in_(some))
            connection.execute(update(deliveries).where(held, deliveries.c.due_at > now).values(due_at=now))
    return subjects


def pause(engine: Engine, channel: str, until: datetime) -> None:
    """Nothing of a channel is due before `until`: its service asked for quiet."""
    early = and_(deliveries.c.channel == channel, deliveries.c.state == "waiting", deliveries.c.due_at < until)
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(early).values(due_at=until))


def bury(engine: Engine, channel: str, why: str) -> int:
    """All that waits for a channel becomes dead letters: its receiver wants nothing any more. How many."""
    with engine.begin() as connection:
        waits = and_(deliveries.c.channel == channel, deliveries.c.state == "waiting")
        return connection.execute(update(deliveries).where(waits).values(state="dead", why=why, leased_until=None)).rowcount


def waiting(engine: Engine) -> dict[str, int]:
    """Channel -> how many deliveries wait for it."""
    wanted = select(deliveries.c.channel, func.count()).where(deliveries.c.state == "waiting").group_by(deliveries.c.channel)
    with engine.connect().execution_options(reading=True) as connection:
        return {row[0]: row[1] for row in connection.execute(wanted)}


def recent(engine: Engine, channel: str, since: datetime) -> list[datetime]:
    """When messages of a channel left after `since`, in order; the alerts of one digest left as one."""
    wanted = select(deliveries.c.sent_at).where(deliveries.c.channel == channel, deliveries.c.state == "sent", deliveries.c.sent_at > since)
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(wanted.distinct().order_by(deliveries.c.sent_at)).scalars())


def states(engine: Engine) -> dict[str, int]:
    """State -> how many deliveries are in it."""
    wanted = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    with engine.connect().execution_options(reading=True) as connection:
        return {row[0]: row[1] for row in connection.execute(wanted)}


def resend(engine: Engine, ids: Iterable[int], now: datetime) -> int:
    """Deliveries are due at once, with their old ids and from their first attempt; those that are just being sent stay. How many."""
    count = 0
    with engine.begin() as connection:
        for some in _parts(list(ids)):
            free = or_(deliveries.c.state != "waiting", deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
            count += connection.execute(
                update(deliveries).where(deliveries.c.delivery_id.in_(some), free).values(state="waiting", attempts=0, due_at=now, leased_until=None, sent_at=None, why="")
            ).rowcount
    return count


def listing(engine: Engine, state: State | None = None, limit: int | None = None) -> list[Row[Any]]:
    """The outbox, newest first: every column of the delivery, and its event's `type`, `at`, `level`, `shop`, `brand_id`, `data` (JSON text)."""
    wanted = select(deliveries, events.c.type, events.c.at, events.c.level, events.c.shop, events.c.brand_id, events.c.data).join(events)
    wanted = wanted.order_by(deliveries.c.sequence.desc()).limit(limit)
    if state is not None:
        wanted = wanted.where(deliveries.c.state == state)
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(wanted))


def _settle(engine: Engine, ids: Iterable[int], **values: Any) -> None:
    with engine.begin() as connection:
        for some in _parts(list(ids)):
            connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(some)).values(leased_until=None, **values))


def _read(connection: Connection, condition: Any) -> list[Delivery]:
    rows = connection.execute(select(deliveries, events).join(events).where(condition).order_by(deliveries.c.sequence)).mappings()
    return [
        Delivery(
            delivery_id=row[deliveries.c.delivery_id], channel=row[deliveries.c.channel], sequence=row[deliveries.c.sequence],
            attempts=row[deliveries.c.attempts], event=_event(row),
        )
        for row in rows
    ]  # fmt: skip


def _event(row: Any) -> Event:
    return Event(
        event_id=row[events.c.event_id], type=row[events.c.type], at=row[events.c.at], subject=row[events.c.subject],
        level=row[events.c.level], shop=row[events.c.shop], brand_id=row[events.c.brand_id], data=json.loads(row[events.c.data]),
    )  # fmt: skip


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "event_id": event.event_id, "type": event.type, "at": event.at, "subject": event.subject, "level": event.level,
        "shop": event.shop, "brand_id": event.brand_id, "data": json.dumps(event.data),
    }  # fmt: skip


def _known(connection: Connection, ids: list[str]) -> Iterable[str]:
    for some in _parts(ids):
        yield from connection.execute(select(events.c.event_id).where(events.c.event_id.in_(some))).scalars()


def _parts(values: list[Any]) -> Iterable[list[Any]]:
    return (values[at : at + MOST] for at in range(0, len(values), MOST))
