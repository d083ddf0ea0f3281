"""The schema's age on both databases: made new, upgraded after a backup, refused when newer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from monitor.errors import ConfigError
from monitor.store import connect, open_store, upgrade
from monitor.store.backup import back_up
from monitor.store.health import faults
from monitor.store.tables import metadata


def test_the_newest_revision_is_the_one_that_the_code_knows() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(upgrade.MIGRATIONS))
    assert ScriptDirectory.from_config(settings).get_current_head() == upgrade.HEAD


def test_migrations_make_the_tables_that_the_code_writes(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert list(faults(engine)) == []


def test_a_second_opening_changes_nothing(url: str) -> None:
    open_store(url).dispose()
    engine = open_store(url)
    assert upgrade.bring_up_to_date(engine) is None
    engine.dispose()


def test_a_newer_database_is_refused_with_a_sentence(url: str) -> None:
    engine = open_store(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(ConfigError, match=r"newer listing-monitor .*9999.*0001"):
        open_store(url)


def test_an_older_database_is_upgraded_after_a_backup(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_store(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO places VALUES (7, 'taobao', '耐克.csv')")
    engine.dispose()
    folder = tmp_path / "migrations"
    shutil.copytree(upgrade.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0002_more.py").write_text(
        'import sqlalchemy as sa\nfrom alembic import op\nrevision = "0002"\ndown_revision = "0001"\n\n\ndef upgrade():\n'
        '    with op.batch_alter_table("places") as table:\n        table.add_column(sa.Column("more", sa.Text()))\n', encoding="utf-8",
    )  # fmt: skip
    monkeypatch.setattr(upgrade, "MIGRATIONS", folder)
    monkeypatch.setattr(upgrade, "HEAD", "0002")
    monkeypatch.chdir(tmp_path)
    engine = open_store(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT more FROM places").all() == [(None,)]
    (saved,) = tmp_path.glob("*.before-0002-from-0001.sqlite3")
    old = create_engine(f"sqlite:///{saved}")
    with old.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM places").all() == [(7, "taobao", "耐克.csv")]
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
    old.dispose()
    engine.dispose()


def test_a_backup_is_a_database_that_opens(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO registries VALUES ('f', '\\x00ff', '2026-03-01T07:30:00.000000Z')" if engine.dialect.name == "postgresql" else "INSERT INTO registries VALUES ('f', x'00ff', '2026-03-01T07:30:00.000000Z')")  # fmt: skip
    copy = open_store(f"sqlite:///{back_up(engine, tmp_path / 'copy.sqlite3')}")
    with copy.connect() as connection:
        assert connection.exec_driver_sql("SELECT content FROM registries").scalar() == b"\x00\xff"
    assert list(faults(copy)) == []
    copy.dispose()


def test_tables_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    with connect(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE listings (x)")
    with pytest.raises(ConfigError, match="another program"):
        open_store(url)


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "nonsense", "sqlite:nonsense", "oracle://x"])
def test_an_address_that_no_store_knows_says_which_do(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite"):
        open_store(url)
