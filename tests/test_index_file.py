"""A torn, stale or foreign index file is built anew, never trusted; a good one is mapped and shared."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from monitor import index_file
from monitor.index_file import MappedArrays, cache_folder, content_key, finder, mapped
from monitor.model.registry import Brand
from monitor.screening.index import Finder

BRANDS = (
    *(Brand(brand_id=f"b{at}", name=f"Brand{at:x}word", aliases=(f"牌{chr(0x4E00 + at)}{chr(0x5000 + at)}坊",)) for at in range(400)),
    Brand(brand_id="nike", name="Nike", aliases=("耐克",)),
)
TITLES = [[("title", title)] for title in ("N1KE 奈克", "brand1fwrod mug", "wooden spoon", "牌且倀坊 杯子", "brand5word")]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_file, "BIG", 10)


def the_file(folder: Path) -> Path:
    (path,) = folder.glob("index-*.lmi")
    return path


def test_a_file_gives_what_memory_gives(tmp_path: Path) -> None:
    want = [Finder.build(BRANDS).find(fields) for fields in TITLES]
    assert sum(map(bool, want)) >= 3
    for _ in range(2):
        found = finder(BRANDS, tmp_path / "cache")
        assert isinstance(found.arrays, MappedArrays) and [found.find(fields) for fields in TITLES] == want
    again = pickle.loads(pickle.dumps(found))
    assert isinstance(again.arrays, MappedArrays) and again.find_batch(TITLES) == want
    assert len(pickle.dumps(found)) < 1000
    for engine in ("portable", "compiled"):
        assert finder(BRANDS, tmp_path / "cache", engine).find_batch(TITLES) == want  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_a_torn_file_is_built_anew(tmp_path: Path, share: float) -> None:
    finder(BRANDS, tmp_path)
    path = the_file(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert mapped(path, content_key(BRANDS)) is None
    assert finder(BRANDS, tmp_path).find(TITLES[0])
    assert path.read_bytes() == whole


@pytest.mark.parametrize("at", [0, 10, 20, 70, 200, -1, -3000])
def test_a_changed_file_is_built_anew(tmp_path: Path, at: int) -> None:
    finder(BRANDS, tmp_path)
    path = the_file(tmp_path)
    whole = bytearray(path.read_bytes())
    whole[at] ^= 0xFF
    path.write_bytes(whole)
    assert mapped(path, content_key(BRANDS)) is None


def test_another_registry_and_another_version_have_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finder(BRANDS, tmp_path)
    path = the_file(tmp_path)
    assert mapped(path, content_key(BRANDS[1:])) is None
    monkeypatch.setattr(index_file, "VERSION", 999)
    assert mapped(path, content_key(BRANDS)) is None


def test_a_folder_that_cannot_be_written_costs_only_the_file(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert finder(BRANDS, tmp_path / "cache").find(TITLES[0])


def test_where_caches_are_kept() -> None:
    home = Path("/home/me")
    assert cache_folder({}, "linux", home) == home / ".cache" / "listing-monitor"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}, "linux", home) == Path("/x/listing-monitor")
    assert cache_folder({}, "darwin", home) == home / "Library" / "Caches" / "listing-monitor"
    assert cache_folder({"LOCALAPPDATA": "/l"}, "win32", home) == Path("/l/listing-monitor")
