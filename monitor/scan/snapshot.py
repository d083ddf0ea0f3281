"""The registry as it stood when a scan used it: kept once for each state, and read back when somebody asks."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING

from monitor.registry_files import build
from monitor.registry_files.read import Raw, RawTables
from monitor.registry_files.tables import TABLES
from monitor.registry_files.write import cell
from monitor.store import scans

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.model.registry import Registry


def keep(connection: Connection, registry: Registry, now: datetime) -> str:
    """Write the registry where it is not written yet; its fingerprint, shops of monitor.toml included."""
    content = None if registry.fingerprint else save(registry)
    told = repr((registry.fingerprint, content, registry.shops))
    fingerprint = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    scans.keep_registry(connection, fingerprint, lambda: content or save(registry), now)
    return fingerprint


def save(registry: Registry) -> bytes:
    """Every table as text cells: zlib JSON."""
    tables = {name: [[cell(getattr(row, column)) for column in TABLES[name].columns] for row in getattr(registry, name)] for name in TABLES}
    return zlib.compress(json.dumps({"columns": {name: list(TABLES[name].columns) for name in TABLES}, "rows": tables}).encode(), 6)


def load(content: bytes) -> Registry:
    """What `save` saved, read like any registry."""
    value = json.loads(zlib.decompress(content))
    columns = value["columns"]
    rows = {
        name: tuple(Raw(name, at, dict(zip(columns[name], cells, strict=True))) for at, cells in enumerate(some, 2)) for name, some in value["rows"].items()
    }
    return build(RawTables(rows=rows, problems=()))
