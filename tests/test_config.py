"""Settings: the shipped policy file says what the code says; slips of the pen are named with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import load_config, load_policy
from monitor.errors import ConfigError
from monitor.model.policy import ScreeningPolicy
from monitor.shipped import shipped


def test_the_shipped_policy_file_is_what_the_code_says() -> None:
    assert load_policy(shipped("config/policy.toml")) == ScreeningPolicy()


def test_no_file_is_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config(environ={}).registry_path is None


def test_paths_are_as_seen_from_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text('[registry]\npath = "mine"\n[[shops]]\nid = "s1"\ncompany = "Me"\n', encoding="utf-8")
    config = load_config(path, environ={})
    assert config.registry_path == tmp_path / "mine" and config.shops[0].company == "Me"
    assert load_config(path, environ={"LISTING_MONITOR_REGISTRY_PATH": "/other"}).registry_path == Path("/other")


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    (tmp_path / "monitor.toml").write_text('[registry]\npath = "~/registry"\n', encoding="utf-8")
    assert load_config(tmp_path / "monitor.toml", environ={}).registry_path == tmp_path / "me" / "registry"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[registri]\n", ("registri", "registry")), ('[registry]\npaht = "x"\n', ("paht", "path")), ("[registry\n", ("TOML",)),
        ("[[shops]]\nname = 'x'\n", ("id",)), ("registry = 3\n", ("registry",)),
        ("[registry]\npath = ['a']\n", ("[registry]", "path")), ("[policy]\npath = 2026-01-01\n", ("[policy]", "path")),
        ("[[shops]]\nid = 's1'\nname = [1]\n", ("[shops]", "name")),
    ],
)  # fmt: skip
def test_slips_are_named(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(path, environ={})
    assert all(word in str(error.value) for word in (*words, "monitor.toml"))


@pytest.mark.parametrize("text", ["[weights]\nsales-volume = 'much'\n", "[bounds]\nlow = 50\n", "[bounds]\nloud = 5\n", "surprise = 1\n", "expiring_days = true\n"])
def test_a_policy_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"policy\.toml"):
        load_policy(path)
