"""A copy of the whole database as one SQLite file, taken while others go on reading and writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, MetaData, create_engine, insert, select

from monitor.errors import ConfigError, ServiceError
from monitor.messages import failure
from monitor.store.failures import plain

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

ROWS = 5000


def back_up(engine: Engine, path: Path) -> Path:
    """Write the copy beside its place and move it there when whole. ConfigError where the file exists already."""
    if path.exists():
        raise failure(ConfigError, "store.backup-exists", file=path)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        if engine.dialect.name == "sqlite":
            _copy_file(engine, part)
        else:
            _copy_rows(engine, part)
        part.replace(path)
    except OSError as error:
        raise failure(ServiceError, "store.backup-failed", file=path, why=error.strerror or error) from error
    except sqlite3.Error as error:
        raise plain(error, str(path)) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _copy_file(engine: Engine, path: Path) -> None:
    with engine.connect() as connection, closing(sqlite3.connect(path)) as copy:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it


def _copy_rows(engine: Engine, path: Path) -> None:
    """Table by table as they stand in the database, whatever revision it has; one moment's state."""
    target = create_engine(f"sqlite:///{path}")
    tables = MetaData()
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, target.begin() as copy:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for column in table.columns:
                # Only INTEGER is SQLite's own row number.
                kind = column.type.as_generic()
                column.type = Integer() if isinstance(kind, BigInteger) and column.primary_key else kind
                column.server_default = None
        tables.create_all(copy)
        for table in tables.sorted_tables:
            for rows in connection.execution_options(yield_per=ROWS).execute(select(table)).mappings().partitions():
                copy.execute(insert(table), [dict(row) for row in rows])
    target.dispose()
