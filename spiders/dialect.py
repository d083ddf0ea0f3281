"""A dialect: which columns tell what in the export of one platform or tool. Data, read from a TOML file.

    kind = "listings"              # or "orders"
    platform = "etsy"              # fills a blank platform
    currency = "CNY"               # fills a blank currency, only where the layout fixes it
    evidence = "real"              # how the layout is known: real, parser code, documentation, modelled
    export = { en = "...", zh = "..." }  # where a person clicks for such a file
    note = "..."                   # what one row is, and what is known about the layout
    identify = [["TITLE", "CURRENCY_CODE", "VARIATION 1 TYPE"]]   # one of these header sets must be complete
    identify_not = ["..."]         # none of these headers may be there
    width = [23, 24]               # the file has so many columns
    place = { CURRENCY_CODE = 3 }  # and these stand there (0 is the first)
    sheet = "category"             # the field that the name of a workbook's sheet fills
    quoting = "none"               # a quotation mark is an ordinary character (Amazon)
    codecs = ["cp1252"]            # asked first where the bytes alone do not decide
    dates = "dmy"                  # order of day and month, where the platform fixes it
    missing = ["null"]             # words for an empty cell
    start = { listing_id = "\\\\d+" }  # help rows under the header are skipped up to the first such row
    steps = ["taobao-brand"]       # functions of spiders/steps.py, for what a table cannot say
    [columns]                      # our name -> the file's headers, in all languages seen
    title = ["TITLE"]                                   # the first of these that the file has
    sku = { first = ["商家编码#2", "商家编码"] }          # in each row the first that is not blank
    images = { join = ["IMAGE{n}"] }                    # all of them, {n} counts
    attributes = { pairs = [["Option{n} Name", "Option{n} Value"]], prefix = "C:", skip = ["Default Title"] }
    attributes = { labelled = ["来源URL"] }              # header:value
    quantity = { between = ["SellerSKU", "Variations Combo"] }   # the one column between two others
    price = { beside = ["CURRENCY_CODE", -1] }   # the columns that stand so far from a known one
    [extra]                        # columns only for steps
    [words.status]                 # the file's word -> ours
    [group]                        # rows which together make a listing or an order
    by = "listing_id"; inherit = ["title"]; variant = "price"; parent = "drop"
    [join]                         # files which tell parts of the same things
    set = "shopee"; on = "listing_id"; role = "main" | "side"; fill = ["description"]

Headers are compared in the spelling of `spiders.headers.plain`. Our names are those of the listing table and
the order table, and `sale_price`: where a row has one, it is the price and the other one the list price.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from monitor.errors import ConfigError
from monitor.messages import failure
from spiders.headers import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).parent / "dialects"
LISTING_FIELDS = (
    "platform", "shop", "listing_id", "sku", "title", "brand", "category", "nice_class", "price", "currency", "coupon",
    "pack_size", "list_price", "quantity", "sold", "listed_at", "status", "url", "images", "keywords", "attributes",
    "description", "supplier_id", "fulfilment", "ship_from",
)  # fmt: skip
ORDER_FIELDS = (
    "platform", "shop", "order_id", "line_id", "listing_id", "sku", "title", "quantity", "paid", "refunded", "currency",
    "status", "ordered_at", "supplier_id", "upstream_order_id",
)  # fmt: skip
EVIDENCE = ("real", "parser code", "documentation", "modelled")
COUNTERS = (*map(str, range(1, 41)), *"一二三四五六")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where one of our fields stands. `mode`: one, first or join, as in the module's docstring."""

    headers: tuple[str, ...] = ()
    mode: Literal["one", "first", "join"] = "one"
    pairs: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    labelled: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    beside: tuple[str, tuple[int, ...]] = ("", ())
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that follow each other with the same `by` (or a blank one) belong together.

    `inherit`: blank fields are filled from the first row. `variant`: a row without it is no variant of its
    own, only its images are kept. `parent` = "drop": a first row that others follow only sums them up.
    """

    by: str
    inherit: tuple[str, ...] = ()
    variant: str = ""
    parent: Literal["keep", "drop"] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Files of one `set` are put together `on` a field: `side` files fill what the `main` one leaves blank, in
    the fields of `fill` or in all."""

    set: str
    on: str
    role: Literal["main", "side"]
    fill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One TOML file, checked. Header names are in plain spelling."""

    name: str
    kind: Literal["listings", "orders"] = "listings"
    platform: str = ""
    currency: str = ""
    evidence: str = "modelled"
    note: str = ""
    export: Mapping[str, str] = field(default_factory=dict)  # language -> where to click for such a file
    sheet: str = ""  # the field that the sheet's name fills
    generic: bool = False
    own: bool = False  # the user's: wins over a shipped one
    identify: tuple[frozenset[str], ...] = ()
    identify_not: frozenset[str] = frozenset()
    width: tuple[int, ...] = ()
    place: Mapping[str, int] = field(default_factory=dict)
    quoting: Literal["", "none"] = ""
    codecs: tuple[str, ...] = ()
    dates: Literal["", "ymd", "dmy", "mdy"] = ""
    missing: frozenset[str] = frozenset()
    start: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    extra: Mapping[str, Column] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    group: Group | None = None
    join: Join | None = None
    known: frozenset[str] = frozenset()  # every header that means something here

    @property
    def fields(self) -> tuple[str, ...]:
        return LISTING_FIELDS if self.kind == "listings" else ORDER_FIELDS


@lru_cache(maxsize=1)
def shipped() -> tuple[Dialect, ...]:
    """The dialects that come with the package, by name."""
    return tuple(load(path) for path in sorted(FOLDER.glob("*.toml")))


@lru_cache(maxsize=100)
def load_own(path: Path, _changed: int) -> Dialect:
    """A dialect of the user; `_changed` is the file's time of change, so that an edit is seen."""
    return load(path, own=True)


def all_dialects(paths: tuple[Path, ...]) -> tuple[Dialect, ...]:
    """The user's dialects, then the shipped ones that they do not replace by name. ConfigError for a wrong file."""
    own = []
    for path in paths:
        try:
            own.append(load_own(path, path.stat().st_mtime_ns))
        except OSError as error:
            raise failure(ConfigError, "sources.dialect-missing", file=path, why=error.strerror or error) from error
    names = {dialect.name for dialect in own}
    return (*own, *(dialect for dialect in shipped() if dialect.name not in names))


def load(path: Path, *, own: bool = False) -> Dialect:
    """One TOML file. ConfigError names the file and what is wrong in it."""
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8-sig")), name=path.stem, own=own)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise failure(ConfigError, "sources.dialect-wrong", file=path, why=error) from error


def parse(table: dict[str, Any], *, name: str, own: bool = False) -> Dialect:
    """A TOML table as a dialect. ValueError for an unknown key, field or word."""
    table = dict(table)
    kind = table.pop("kind", "listings")
    if kind not in ("listings", "orders"):
        raise ValueError(f"kind = {kind!r}: listings or orders is meant")
    fields = LISTING_FIELDS if kind == "listings" else ORDER_FIELDS
    columns = {key: _column(key, value) for key, value in table.pop("columns", {}).items()}
    if unknown := sorted(set(columns) - {*fields, "sale_price"}):
        raise ValueError(f"[columns] has no field {', '.join(unknown)}; fields are {', '.join(fields)}")
    identify = tuple(frozenset(map(plain, names)) for names in table.pop("identify", ()))
    made: dict[str, Any] = {
        "name": str(table.pop("name", name)), "kind": kind, "columns": columns, "own": own, "identify": identify,
        "identify_not": frozenset(map(plain, table.pop("identify_not", ()))),
        "extra": {key: _column(key, value) for key, value in table.pop("extra", {}).items()},
        "width": tuple(table.pop("width", ())), "place": {plain(name): place for name, place in table.pop("place", {}).items()},
        "missing": frozenset(table.pop("missing", ())), "codecs": tuple(table.pop("codecs", ())),
        "steps": tuple(table.pop("steps", ())), "words": table.pop("words", {}), "start": table.pop("start", {}),
    }  # fmt: skip
    if group := table.pop("group", None):
        made["group"] = Group(**{**group, "inherit": tuple(group.get("inherit", ()))})
    if join := table.pop("join", None):
        made["join"] = Join(**{**join, "fill": tuple(join.get("fill", ()))})
    for key in ("platform", "currency", "evidence", "note", "export", "generic", "quoting", "dates", "sheet"):
        if key in table:
            made[key] = table.pop(key)
    if table:
        raise ValueError(f"unknown key {', '.join(sorted(table))}")
    _check(made)
    made["known"] = _known(identify, (*columns.values(), *made["extra"].values()))
    return Dialect(**made)


def _known(identify: Iterable[frozenset[str]], columns: Iterable[Column]) -> frozenset[str]:
    names = {name for signature in identify for name in signature}
    for column in columns:
        names.update(column.headers, column.labelled)
        names.update(name for pair in column.pairs for name in pair)
    return frozenset(name for name in names if not re.search(r"#\d+$", name))


def _check(made: Mapping[str, Any]) -> None:
    from spiders.steps import STEPS

    if not made["identify"] or not all(signature and all(signature) for signature in made["identify"]):
        raise ValueError("identify is missing: name the headers by which the file is known")
    if made.get("evidence", "modelled") not in EVIDENCE:
        raise ValueError(f"evidence is one of {', '.join(EVIDENCE)}")
    if unknown := [step for step in made["steps"] if step not in STEPS]:
        raise ValueError(f"no step is called {', '.join(unknown)}; there are {', '.join(sorted(STEPS))}")
    if made["kind"] == "listings" and "title" not in made["columns"] and "join" not in made:
        raise ValueError("[columns] needs a title")


def _column(key: str, value: Any) -> Column:
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        return Column(headers=tuple(map(plain, value)))
    value = dict(value)
    mode: Literal["one", "first", "join"] = "join" if "join" in value else "first"
    headers = [name for header in value.pop("join", value.pop("first", ())) for name in _numbered(header)]
    pairs = [
        (plain(left), plain(right))
        for one, two in value.pop("pairs", ())
        for left, right in zip(_numbered(one), _numbered(two), strict=True)
    ]
    column = Column(
        headers=tuple(map(plain, headers)), mode=mode, pairs=tuple(pairs),
        prefix=plain(value.pop("prefix", "")),
        labelled=tuple(plain(name) for header in value.pop("labelled", ()) for name in _numbered(header)),
        between=tuple(map(plain, value.pop("between", ()))), beside=_beside(value.pop("beside", ())), skip=frozenset(value.pop("skip", ())),
    )  # fmt: skip
    if value:
        raise ValueError(f"{key}: unknown key {', '.join(sorted(value))}")
    return column


def _beside(value: Any) -> tuple[str, tuple[int, ...]]:
    return (plain(value[0]), tuple(map(int, value[1:]))) if value else ("", ())


def _numbered(header: str) -> list[str]:
    return [header.replace("{n}", counter) for counter in COUNTERS] if "{n}" in header else [header]
