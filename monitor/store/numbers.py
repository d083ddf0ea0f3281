"""Row numbers by the block: a batch knows its ids before it writes, on both databases alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from monitor.store.tables import sequences

if TYPE_CHECKING:
    from sqlalchemy import Connection


def block(connection: Connection, name: str, count: int) -> int:
    """The first of `count` numbers that are the caller's alone. The row stays locked until the transaction ends,
    so numbers rise in the order in which transactions are committed."""
    grown = connection.execute(update(sequences).where(sequences.c.name == name).values(value=sequences.c.value + count).returning(sequences.c.value)).scalar()
    if grown is None:
        connection.execute(insert(sequences).values(name=name, value=count))
        return 1
    return int(grown) - count + 1
