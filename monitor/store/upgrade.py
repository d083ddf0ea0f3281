"""The schema's age: a new database is made, an older one upgraded after a backup, a newer one refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.store.backup import back_up

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD = "0001"  # the newest revision; a test holds it to the folder, so that an up-to-date database needs no Alembic
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine) -> Path | None:
    """Make or upgrade the tables; the backup's path where one was made. ConfigError for a newer database."""
    with engine.begin() as connection:
        here = revision(connection)
    if here == HEAD:
        return None
    refuse_newer(engine, here)
    saved = back_up(engine, beside(engine, here)) if here is not None else None
    upgrade(engine)
    return saved


def refuse_newer(engine: Engine, here: str | None) -> None:
    """ConfigError where the tables are of a version that is not known yet."""
    if here is not None and here > HEAD:
        raise failure(ConfigError, "store.newer", url=engine.url.render_as_string(hide_password=True), found=here, known=HEAD)


def revision(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database. ConfigError for a database that is somebody else's."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if "listings" in names or "scans" in names:
        raise failure(ConfigError, "store.foreign", url=connection.engine.url.render_as_string(hide_password=True))
    return None


def upgrade(engine: Engine) -> None:
    """Run the missing migrations in one transaction; a second process that does the same waits, then finds nothing to do."""
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(72616574)")
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def beside(engine: Engine, here: str) -> Path:
    """Where the backup goes: beside the SQLite file, else in the current folder."""
    database = Path(engine.url.database or "listing-monitor")
    folder = database.parent if engine.dialect.name == "sqlite" else Path()
    path = folder / f"{database.stem}.before-{HEAD}-from-{here}.sqlite3"
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{database.stem}.before-{HEAD}-from-{here}.{number}.sqlite3")
    return path
