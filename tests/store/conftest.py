"""One contract for both databases: every test that takes `engine` runs over SQLite and over PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    with Server.of_the_system() as server:
        yield server.url


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop."""
    with Server.of_the_system() as server:
        yield server


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of our own on a socket in `folder`."""

    programs: Path
    folder: Path
    lent: dict[str, object]

    @classmethod
    @contextmanager
    def of_the_system(cls) -> Iterator[Server]:
        """Made, started, and stopped at the end. Skips where there is none, loudly; fails in CI."""
        programs = _programs()
        if programs is None:
            said = f"no PostgreSQL here: set {ADDRESS} or install it (Debian: apt-get install postgresql)"
            if os.environ.get("CI"):
                pytest.fail(said)
            warnings.warn(said, stacklevel=1)
            pytest.skip(said)
        with tempfile.TemporaryDirectory(prefix="lm-pg-", ignore_cleanup_errors=True) as name:
            folder, lent = Path(name), {}
            if os.geteuid() == 0:  # PostgreSQL refuses root, so root lends it to another user
                lent = {"user": "postgres" if _exists("postgres") else "nobody", "extra_groups": []}
                shutil.chown(folder, str(lent["user"]))
            server = cls(programs, folder, lent)
            server._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
            server.start()
            try:
                yield server
            finally:
                server.stop()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=40"
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        subprocess.run(
            [self.programs / program, "-D", self.folder / "data", *arguments], check=True, capture_output=True, cwd=self.folder, env=environment, **self.lent,
        )  # type: ignore[call-overload]  # fmt: skip


def _programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian hides them."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists() and (place / "initdb").exists()), None)


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
