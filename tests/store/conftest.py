"""One contract for both databases: every test that takes `engine` runs over SQLite and over PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url

from monitor.store import open_store

ADDRESS = "LISTING_MONITOR_TEST_POSTGRES"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL whose databases tests may make: from the environment, else the system's own programs."""
    if address := os.environ.get(ADDRESS):
        yield address
        return
    programs = _programs()
    if programs is None:
        said = f"no PostgreSQL here: set {ADDRESS} or install it (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with tempfile.TemporaryDirectory(prefix="lm-pg-", ignore_cleanup_errors=True) as folder:
        yield from _server(programs, Path(folder))


def _programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian hides them."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists() and (place / "initdb").exists()), None)


def _server(programs: Path, folder: Path) -> Iterator[str]:
    """A server of our own on a socket in `folder`; PostgreSQL refuses root, so root lends it to another user."""
    lent: dict[str, object] = {}
    if os.geteuid() == 0:
        lent = {"user": "postgres" if _exists("postgres") else "nobody", "extra_groups": []}
        shutil.chown(folder, str(lent["user"]))
    run = {"cwd": folder, "env": {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}, **lent}
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], check=True, capture_output=True, **run,
    )  # type: ignore[call-overload]  # fmt: skip
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=40"
    ctl = [programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60", "-l", folder / "log"]
    subprocess.run([*ctl, "-o", options, "start"], check=True, capture_output=True, **run)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*ctl, "-m", "immediate", "stop"], check=False, capture_output=True, **run)  # type: ignore[call-overload]


def _exists(user: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shop.sqlite3'}"
        return
    server = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_store(url)
    yield opened
    opened.dispose()
