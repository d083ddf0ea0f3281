"""The real command, in this process: arguments in; exit code, output and remarks out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from monitor.cli import main


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
