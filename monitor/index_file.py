"""The prepared index of a big registry in a file: built once, mapped by every process that screens with it.

A file is trusted only where everything agrees: mark, version, byte order, the key of its content, the owner, its length
and the checksums. Any other is built anew beside it and put in its place in one step; nobody ever reads half of one.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.screening.arrays import Arrays
from monitor.screening.index import Finder
from monitor.screening.names import spellings, tells_goods
from monitor.screening.vocabulary import LEXICA
from monitor.screening.words import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.model.registry import Brand
    from monitor.screening.index import Engine

MARK = b"LMINDEX\n"
VERSION = 11  # raise it whenever the same registry gives other arrays
BIG = 5_000  # brands from which on a file pays
PAGE = 4096  # bytes at both ends of a column that its checksum covers: a torn page shows there first
CHUNK = 4096  # brands whose names are told at once
HEAD = 64  # bytes before the header: the mark, its length and checksum


class MappedArrays(Arrays):
    """Arrays in a file. Pickled they are its path and key: a worker maps the same pages."""

    path: Path
    key: str

    def __reduce__(self) -> tuple[Any, tuple[Path, str]]:
        return opened, (self.path, self.key)


def finder(brands: Sequence[Brand], folder: Path, engine: Engine = "auto") -> Finder:
    """The finder of a registry, from its file in `folder`; a small one is built in memory, and so is any where the folder
    cannot be written."""
    if len(brands) < BIG:
        return Finder.build(brands, engine)
    key = content_key(brands)
    path = folder / f"index-{key[:20]}.lmi"
    arrays = mapped(path, key)
    if arrays is None:
        built = Arrays.build(spellings(brands))
        arrays = mapped(path, key) if _written(path, key, built) else None
        return Finder(arrays or built, engine)
    return Finder(arrays, engine)


def content_key(brands: Sequence[Brand]) -> str:
    """What the arrays follow from: the names, whether goods are told, the word lists, this version."""
    tables = sorted((path.name, path.stat().st_size) for folder in (TABLES, LEXICA) for path in folder.iterdir())
    digest = hashlib.sha256(repr((VERSION, tables, sys.version_info[:2])).encode())
    for first in range(0, len(brands), CHUNK):  # what was touched a moment ago is joined in a quarter less of the time
        told = ["\x1f".join(("+" if tells_goods(brand) else "", brand.brand_id, brand.name, *brand.aliases)) for brand in brands[first : first + CHUNK]]
        digest.update("\x1e".join([*told, ""]).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def cache_folder(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """Where the platform keeps what can be made again: XDG, Library/Caches, LOCALAPPDATA."""
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "listing-monitor"


def opened(path: Path, key: str) -> Arrays:
    """The arrays of a file that was good a moment ago. ValueError where it is so no longer."""
    arrays = mapped(path, key)
    if arrays is None:
        raise ValueError(f"the index {path} was removed or changed while it was in use; run the command again")
    return arrays


def mapped(path: Path, key: str) -> MappedArrays | None:
    """The arrays of a file, read-only and shared; None where it is missing, torn, stale or not ours."""
    try:
        with path.open("rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    header = _header(view)
    if header is None or header["key"] != key or header["size"] != len(view):
        return None
    columns = {}
    for name, dtype, count, offset, checksum in header["columns"]:
        column = np.frombuffer(view, dtype=np.dtype(dtype), count=count, offset=offset)
        if _checksum(column) != checksum:
            return None
        columns[name] = column
    arrays = MappedArrays(**columns)
    object.__setattr__(arrays, "path", path)
    object.__setattr__(arrays, "key", key)
    return arrays


def _header(view: mmap.mmap) -> dict[str, Any] | None:
    if len(view) < HEAD or view[: len(MARK)] != MARK:
        return None
    length, checksum = int.from_bytes(view[8:16], "little"), int.from_bytes(view[16:24], "little")
    text = view[HEAD : HEAD + length]
    if len(text) != length or zlib.crc32(text) != checksum:
        return None
    header: dict[str, Any] = json.loads(text)
    return header if header["version"] == VERSION and header["order"] == sys.byteorder else None


def _checksum(column: np.ndarray[Any, Any]) -> int:
    data = column.view(np.uint8)
    return zlib.crc32(data[-PAGE:].tobytes(), zlib.crc32(data[:PAGE].tobytes()))


def _written(path: Path, key: str, arrays: Arrays) -> bool:
    """Write the file under another name, then put it in its place. False where the folder does not allow it."""
    columns: list[list[Any]] = []
    offset = 0
    for name, column in arrays.columns():
        offset += -offset % 64
        columns.append([name, column.dtype.str, len(column), offset, _checksum(column)])
        offset += column.nbytes
    header: dict[str, Any] = {"version": VERSION, "order": sys.byteorder, "key": key, "size": 0, "columns": columns}
    room = HEAD + len(json.dumps(header)) + 40 + 20 * len(columns)
    room += -room % 64
    for one in columns:
        one[3] += room
    header["size"] = room + offset
    text = json.dumps(header).encode()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".index-", delete=False) as file:
            try:
                file.write(MARK + len(text).to_bytes(8, "little") + zlib.crc32(text).to_bytes(8, "little"))
                for (_, column), (_, _, _, start, _) in zip(arrays.columns(), columns, strict=True):
                    file.seek(start)
                    file.write(column.view(np.uint8).data)
                file.seek(HEAD)
                file.write(text)
                file.truncate(header["size"])
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
        Path(file.name).replace(path)
    except OSError:
        return False
    return True
