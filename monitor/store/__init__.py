"""The memory: SQL and nothing but SQL. SQLite beside monitor.toml by default, PostgreSQL for teams.

    engine = open_store(settings.store.url)
    with engine.begin() as connection: ...      # the unit of work: all of it or nothing
    with reading(engine) as connection: ...     # waits for nobody

Every failure of the database is a ServiceError with one plain sentence (`failures`).
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.store.failures import watch

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT = 10  # seconds for another writer before "locked"


def open_store(url: str, *, wait: float = WAIT, make: bool = True) -> Engine:
    """Connect; make a new database, upgrade an older one after a backup, refuse a newer one (ConfigError).

    Where `make` is False, a file that is not there stays away: an empty store in memory answers for it.
    """
    from monitor.store.upgrade import bring_up_to_date

    engine = connect(url if make or not absent(url) else "sqlite://", wait=wait)
    bring_up_to_date(engine)
    return engine


def absent(url: str) -> bool:
    """Is it an SQLite file that nobody has made yet?"""
    try:
        address = make_url(url)
    except ArgumentError:
        return False  # `connect` says what is wrong with it
    return address.get_backend_name() == "sqlite" and bool(address.database) and not Path(str(address.database)).exists()


def connect(url: str, *, wait: float = WAIT) -> Engine:
    """An engine whose transactions take the write lock when they begin, so that none fails half way for it."""
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() not in ("sqlite", "postgresql"):
            raise failure(ConfigError, "store.unknown-kind", kind=address.get_backend_name())
        options: dict[str, Any] = {"connect_args": {"timeout": wait}} if address.get_backend_name() == "sqlite" else {"pool_pre_ping": True}
        engine = create_engine(address, **options)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise failure(ConfigError, "store.no-address", url=url.split("@")[-1], why=error) from error
    watch(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads: it takes no lock and sees one moment's state."""
    with engine.connect().execution_options(reading=True) as connection:
        yield connection


def _set_up(dbapi: Any, _: object) -> None:
    dbapi.isolation_level = None  # the driver's own BEGIN comes too late for DDL and reads
    cursor = dbapi.cursor()
    # NORMAL: with WAL a killed process loses nothing; only a power cut may take the last transactions, whole.
    for line in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768", "temp_store=MEMORY", "wal_autocheckpoint=8000"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")
