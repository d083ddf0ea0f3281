"""The real command, in this process: arguments in; exit code, output and remarks out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.cli import main
from tests.spiders.shop_server import shop


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("LISTING_MONITOR_LANG", "en")

    def run(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code=int(left.value.code or 0), out=captured.out, err=captured.err)

    return run


MONITOR = """
[registry]
path = "registry"
[[shops]]
id = "s1"
platform = "taobao"
[[sources]]
name = "files"
kind = "exports"
path = "exports"
shop = "s1"
[[sources]]
name = "web"
kind = "pages"
url = ["{here}/good"]
"""


@pytest.fixture
def here() -> Iterator[str]:
    with shop() as address:
        yield address


@pytest.fixture
def workspace(tmp_path: Path, here: str) -> Path:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "brands.csv").write_text("brand_id,name,aliases,policy\nnike,Nike,耐克,no-online\n", encoding="utf-8")
    (tmp_path / "exports").mkdir()
    (tmp_path / "monitor.toml").write_text(MONITOR.replace("{here}", here), encoding="utf-8")
    export(tmp_path, "N1KE running shoes", "plain chair", "耐·克 跑鞋")
    return tmp_path


def export(folder: Path, *titles: str) -> None:
    lines = [f"{number},{title},99.00\n" for number, title in enumerate(titles, 1)]
    (folder / "exports" / "a.csv").write_text("listing_id,title,price\n" + "".join(lines), encoding="utf-8")
