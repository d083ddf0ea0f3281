"""Listing and finding as they are stored, and back: `load(save(x)) == x`.

Most of a million listings name no brand and did not change since yesterday: packing is what each of them costs, so
a listing is one joined text and two hashes. JSON behind a lone separator where a field holds a separator, NUL or half a character.
Pure and picklable: worker processes pack what they screened, and only tuples travel.
"""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.model.finding import Cover, Finding, Hit, Reason, Remedy, Screening
from monitor.model.listing import NO_OFFER, Listing, Offer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEPARATOR = "\x1f"  # "unit separator": what the character is for
# The order is the stored form: append only.
TEXTS = (
    "title", "platform", "shop", "listing_id", "sku", "brand", "category", "listed_at", "status", "url", "images",
    "keywords", "attributes", "description", "supplier_id", "fulfilment", "ship_from",
)  # fmt: skip
OFFERED = ("price", "coupon", "list_price", "pack_size", "quantity", "sold", "currency")  # behind the Nice class
_texts = attrgetter(*TEXTS)
_offered = attrgetter(*OFFERED)
FIELDS = (*TEXTS, "nice_class", *OFFERED)
_NO_NUMBERS = ("",) * (1 + len(OFFERED))
_SEPARATORS = len(TEXTS) + len(OFFERED)


class Sighting(NamedTuple):
    """One brand in one row of a listing. `facts`: what a review rests on, as a hash."""

    key: str
    brand_id: str
    platform: str
    shop: str
    level: str
    rank: float
    facts: int
    data: str


class Ending(NamedTuple):
    """A listing is fully covered by `chain` until the last good day `until` (ISO)."""

    brand_id: str
    chain: tuple[str, ...]
    until: str


class Packed(NamedTuple):
    """A screening ready to be stored. `identity` names the row of its source, `digest` what it holds."""

    identity: int
    digest: int
    content: str
    file: str
    row: int | None
    sightings: tuple[Sighting, ...] = ()
    endings: tuple[Ending, ...] = ()


def pack(screening: Screening, source: str = "") -> Packed:
    """One screening; `source`: the name of the source that shows the listing."""
    return pack_many([screening], source)[0]


def pack_many(screenings: Sequence[Screening], source: str = "") -> list[Packed]:
    """A batch, column by column: most of the work stays in C. Findings of level clear are not kept."""
    if not screenings:
        return []
    listings = [screening.listing for screening in screenings]
    table = list(zip(*map(values, listings), strict=True))
    contents, raws = joined(table)
    blank = repeat(()), repeat(())  # has no end
    columns = names(table, source), hashes(raws), contents, [one.source for one in listings], [one.row for one in listings]
    made = list(map(partial(tuple.__new__, Packed), zip(*columns, *blank, strict=False)))
    for at, screening in enumerate(screenings):
        if screening.findings:
            digest, sightings, endings = found_in(screening, raws[at])
            made[at] = made[at]._replace(digest=digest, sightings=sightings, endings=endings)
    return made


Found = tuple[int, tuple[Sighting, ...], tuple[Ending, ...]]  # the digest where something was found, and what


def names(columns: Sequence[Sequence[str]], source: str) -> list[int]:
    """Identities of rows, from the columns of TEXTS: what names a listing, its title only where nothing else does."""
    titles, platforms, shops, ids, skus = columns[:5]
    titles = ["" if one or other else title for title, one, other in zip(titles, ids, skus, strict=True)]
    rows = zip(repeat(source), platforms, shops, ids, skus, titles, strict=False)  # repeat has no end
    return hashes([name.encode("utf-8", "surrogatepass") for name in map(SEPARATOR.join, rows)])


def found_in(screening: Screening, raw: bytes) -> Found:
    """What is kept of a screening with findings, `raw` being the listing's content."""
    listing = screening.listing
    sightings = tuple(_sighting(listing, finding) for finding in screening.findings if finding.level != "clear")
    endings = tuple(
        Ending(finding.brand_id, finding.cover.chain, finding.cover.until.isoformat())
        for finding in screening.findings
        if finding.cover.status == "full" and finding.cover.until
    )
    if not sightings:
        return number(raw), (), endings
    # Where something was found the place counts too: the seller opens the file at that row.
    whole = [raw, f"{listing.source}{SEPARATOR}{listing.row}".encode("utf-8", "surrogatepass"), *(one.data.encode() for one in sightings)]
    return number(b"\x1e".join(whole)), sightings, endings


def number(raw: bytes) -> int:
    """A hash that fits a signed 64-bit column."""
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)


def hashes(raws: Sequence[bytes]) -> list[int]:
    """`number` of each, at a third less."""
    digests = b"".join([blake2b(raw, digest_size=8).digest() for raw in raws])
    return list(struct.unpack(f">{len(raws)}q", digests))


def copy_of(identity: int, nth: int) -> int:
    """The identity of the n-th row (from 1) that has the names of an earlier one."""
    return number(f"{identity}/{nth}".encode())


def save_listing(listing: Listing) -> str:
    """The listing without its place (file, row) as text."""
    return saved(values(listing))


def values(listing: Listing) -> tuple[str, ...]:
    """The values of FIELDS as texts, "" for none."""
    offer = listing.offer
    numbers = _NO_NUMBERS if offer is NO_OFFER and listing.nice_class is None else tuple(
        ["" if one is None else str(one) for one in (listing.nice_class, *_offered(offer))]
    )  # fmt: skip
    texts: tuple[str, ...] = _texts(listing)
    return texts + numbers


def cells(content: str) -> list[str]:
    """The values of a stored listing as texts."""
    found = content.split(SEPARATOR)
    return json.loads(found[1]) if len(found) == 2 else found


def joined(table: Sequence[Sequence[str]]) -> tuple[list[str], list[bytes]]:
    """What is stored of each listing, from the columns of FIELDS; and the same in UTF-8."""
    contents = list(map(SEPARATOR.join, zip(*table, strict=True)))
    # Each has at least this many separators, so an equal sum means that no field holds one.
    whole = "".join(contents)
    if whole.count(SEPARATOR) == _SEPARATORS * len(contents) and "\x00" not in whole:
        with suppress(UnicodeEncodeError):
            return contents, list(map(str.encode, contents))
    contents = list(map(saved, zip(*table, strict=True)))
    return contents, list(map(str.encode, contents))


def saved(row: Sequence[str]) -> str:
    """What is stored of a listing, from the values of FIELDS."""
    content = SEPARATOR.join(row)
    if content.count(SEPARATOR) == _SEPARATORS and "\x00" not in content:
        with suppress(UnicodeEncodeError):
            content.encode()
            return content
    return SEPARATOR + json.dumps(list(row))


def load_listing(content: str, file: str = "", row: int | None = None) -> Listing:
    """What `save_listing` saved, at its place."""
    values = cells(content)
    texts = dict(zip(TEXTS, values, strict=False))
    nice_class, price, coupon, list_price, pack_size, quantity, sold, currency = values[len(TEXTS) : len(TEXTS) + 1 + len(OFFERED)]
    offer = NO_OFFER
    if any((price, coupon, list_price, pack_size, quantity, sold, currency)):
        offer = Offer(
            price=_decimal(price), coupon=_decimal(coupon), list_price=_decimal(list_price), pack_size=_int(pack_size),
            quantity=_int(quantity), sold=_int(sold), currency=currency,
        )  # fmt: skip
    return Listing(**texts, nice_class=_int(nice_class), offer=offer, source=file, row=row)  # type: ignore[arg-type]


def _decimal(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None


def _int(cell: str) -> int | None:
    return int(cell) if cell else None


def _sighting(listing: Listing, finding: Finding) -> Sighting:
    return Sighting(
        storable(finding.key), storable(finding.brand_id), storable(listing.platform), storable(listing.shop),
        finding.level, finding.rank, facts(listing, finding), save_finding(finding),
    )  # fmt: skip


def facts(listing: Listing, finding: Finding) -> int:
    """What a person's decision rests on: level, reasons, cover, title, price. Not the wording, not the score."""
    cover, offer = finding.cover, listing.offer
    told = (
        finding.level, [reason.code for reason in finding.reasons], cover.status, cover.gap, cover.link,
        cover.until and cover.until.isoformat(), listing.title, offer.price and str(offer.price.normalize()), offer.currency,
    )  # fmt: skip
    return number(repr(told).encode("utf-8", "surrogatepass"))


def save_finding(finding: Finding) -> str:
    """The contract's object without the listing and the sentences, which are made when they are shown; as JSON."""
    cover = finding.cover
    value: dict[str, Any] = {
        "brand": {"brand_id": finding.brand_id, "name": finding.brand_name}, "key": finding.key, "level": finding.level,
        "score": finding.score, "rank": finding.rank, "standing": finding.standing,
        "cause": finding.cause, "ground": finding.ground,
        "hits": [
            {"field": hit.field, "start": hit.start, "end": hit.end, "text": hit.text, "alias": hit.alias, "method": hit.method,
             "similarity": hit.similarity, "usage": hit.usage, "disguised": hit.disguised}
            for hit in finding.hits
        ],
        "cover": {
            "status": cover.status, "gap": cover.gap, "link": cover.link, "until": cover.until.isoformat() if cover.until else None, "chain": cover.chain,
        },
        "reasons": [{"code": one.code, "weight": one.weight, "main": one.main, "params": dict(one.params)} for one in finding.reasons],
        "remedies": [_saved_remedy(one) for one in finding.remedies], "remedy_set": [_saved_remedy(one) for one in finding.remedy_set],
    }  # fmt: skip
    return as_json(value)


def load_finding(data: str) -> Finding:
    """What `save_finding` saved."""
    value = json.loads(data)
    cover = value["cover"]
    return Finding(
        brand_id=value["brand"]["brand_id"], brand_name=value["brand"]["name"], key=value["key"], level=value["level"], score=value["score"],
        rank=value["rank"], standing=value["standing"], hits=tuple(Hit(**hit) for hit in value["hits"]),
        cover=Cover(
            status=cover["status"], gap=cover["gap"], link=cover["link"],
            until=date.fromisoformat(cover["until"]) if cover["until"] else None, chain=tuple(cover["chain"]),
        ),
        reasons=tuple(Reason(**one) for one in value["reasons"]),
        remedies=tuple(_remedy(one) for one in value["remedies"]), remedy_set=tuple(_remedy(one) for one in value["remedy_set"]),
        cause=tuple(value["cause"]), ground=tuple(value["ground"]),
    )  # fmt: skip


def _saved_remedy(remedy: Remedy) -> dict[str, Any]:
    return {"code": remedy.code, "level_after": remedy.level_after, "params": dict(remedy.params)}


def _remedy(value: Mapping[str, Any]) -> Remedy:
    return Remedy(code=value["code"], level_after=value["level_after"], params=value["params"])


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: Any) -> str:
    """JSON that both databases can hold: NUL is escaped by JSON itself, half a character by \\u."""
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def storable(text: str) -> str:
    """A text for a column of its own: PostgreSQL takes no NUL, neither takes half a character."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
