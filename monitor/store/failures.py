"""A database that fails says so in one paragraph: every DBAPI error of an engine becomes a ServiceError (exit 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event, exc

from monitor.errors import ServiceError
from monitor.messages import failure

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

# What the message of the driver holds -> our sentence. SQLite first, PostgreSQL behind.
SIGNS = (
    ("database is locked", "store.locked"), ("database table is locked", "store.locked"),
    ("database or disk is full", "store.full"), ("disk I/O error", "store.full"), ("No space left on device", "store.full"), ("could not extend file", "store.full"),
    ("readonly database", "store.read-only"), ("unable to open database file", "store.cannot-open"),
    ("file is not a database", "store.damaged"), ("malformed", "store.damaged"),
)  # fmt: skip


def watch(engine: Engine) -> None:
    """From now on a failure of this engine's database is a ServiceError; a broken constraint stays what it is."""
    name = engine.url.render_as_string(hide_password=True)

    def told(context: ExceptionContext) -> None:
        error = context.original_exception
        if not isinstance(error, Exception):
            return  # Ctrl-C in the middle of a statement is no failure of the database
        if not isinstance(context.sqlalchemy_exception, exc.IntegrityError | exc.ProgrammingError | exc.DataError):
            raise plain(error, name) from error

    event.listen(engine, "handle_error", told)


def plain(error: BaseException, name: str) -> ServiceError:
    """The sentence for what the driver said; `name` is the address without its password."""
    said = " ".join(str(error).split())[:300]
    key = next((key for sign, key in SIGNS if sign in said), "store.failed")
    return failure(ServiceError, key, url=name, why=said)
