"""Many rows at once, the way each database likes best: prepared statements with tuples, or COPY and a merge.

Rows are tuples of plain values (text, numbers, None); moments go through `tables.moment` first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from monitor.store.failures import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Table

IN_LIST = 500  # values in one IN (...)


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert `rows` of `columns`. IntegrityError where one breaks a constraint."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table.name, columns, rows)
        return
    places = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})", list(rows))  # noqa: S608


def update(connection: Connection, table: Table, keys: Sequence[str], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set `columns` where `keys` fit; a row holds the values of `columns`, then those of `keys`."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _merge(connection, table, keys, columns, rows)
        return
    changed, found = ", ".join(f"{one} = ?" for one in columns), " AND ".join(f"{one} = ?" for one in keys)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {changed} WHERE {found}", list(rows))  # noqa: S608


def parts(values: Sequence[Any], size: int = IN_LIST) -> Iterator[Sequence[Any]]:
    """The values in slices of up to `size`."""
    return (values[at : at + size] for at in range(0, len(values), size))


def _copy(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    import psycopg

    try:
        cursor: psycopg.Cursor[Any] = connection.connection.cursor()  # type: ignore[assignment]
        with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as error:
        raise IntegrityError(f"COPY {name}", None, error) from error
    except psycopg.OperationalError as error:
        raise plain(error, connection.engine.url.render_as_string(hide_password=True)) from error


def _merge(connection: Connection, table: Table, keys: Sequence[str], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """COPY into a staging table of the transaction, then one UPDATE."""
    staging = f"staging_{table.name}"
    every = [*columns, *keys]
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {staging}")
    connection.exec_driver_sql(f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS SELECT {', '.join(every)} FROM {table.name} WITH NO DATA")  # noqa: S608
    _copy(connection, staging, every, rows)
    changed, found = ", ".join(f"{one} = s.{one}" for one in columns), " AND ".join(f"t.{one} = s.{one}" for one in keys)
    connection.exec_driver_sql(f"UPDATE {table.name} t SET {changed} FROM {staging} s WHERE {found}")  # noqa: S608
