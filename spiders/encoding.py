"""Which codec made these bytes? The header set decides; where it cannot, what the text looks like.

charset-normalizer took a real Amazon file (cp1252) for cp1250, and cp932 decodes as gb18030 without an error into
nonsense: so each codec is tried, and plausibility is measured by where each script's common characters lie.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LEGACY = ("gb18030", "cp932", "big5", "cp1252")


def candidates(head: bytes, *, whole: bool) -> list[tuple[str, str]]:
    """(codec, text) for every codec that could have made `head`; the likeliest first.

    `whole`: the file ends here, so that a character cut at the end counts as an error.
    """
    for bom, codec in BOMS:
        if head.startswith(bom):
            text = decode(head, codec, whole=False, errors="replace")
            return [(codec, text or "")]
    found: list[tuple[str, str]] = []
    names: tuple[str, ...] = ("utf-8", *LEGACY)
    if 0 in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        names = ("utf-16-le", "utf-16-be", *names) if odd >= even else ("utf-16-be", "utf-16-le", *names)
    elif head.isascii():
        names = ("utf-8",)
    for codec in names:
        if (text := decode(head, codec, whole=whole)) is not None:
            found.append((codec, text))
            if codec == "utf-8" and 0 not in head:
                break
    if {codec for codec, _ in found} <= {"cp1252"}:  # which takes nearly any byte for a letter
        found += _damaged(head) or ([] if found else [("cp1252", head.decode("cp1252", errors="replace"))])
    return sorted(found, key=lambda pair: -likely(head, pair[0], pair[1])) if len(found) > 1 else found


def _damaged(head: bytes) -> list[tuple[str, str]]:
    """Readings in which few characters are lost: a bad byte in one cell does not make a Chinese table a Western one."""
    found = []
    for codec in ("utf-8", "gb18030", "cp932", "big5"):
        text = head.decode(codec, errors="replace")
        if text.count("\ufffd") * 20 <= sum(1 for char in text if char > "\x7f"):
            found.append((codec, text))
    return found


def decode(data: bytes, codec: str, *, whole: bool, errors: str = "strict") -> str | None:
    """`data` as text, or None where the codec could not have made it."""
    try:
        return codecs.getincrementaldecoder(codec)(errors=errors).decode(data, final=whole)
    except (UnicodeDecodeError, ValueError):
        return None


def likely(data: bytes, codec: str, text: str) -> float:
    """0..1: how much of what is not ASCII looks like what people write in this codec."""
    if codec in ("utf-8", "utf-8-sig", "utf-16"):
        return 1.0
    if codec.startswith("utf-16-"):
        odd = sum(1 for char in text[:20_000] if char.isprintable() or char in "\r\n\t")
        wide = data[0::2].count(0), data[1::2].count(0)
        side = wide[1] > wide[0] if codec.endswith("le") else wide[0] > wide[1]
        return 0.9 * odd / max(1, len(text[:20_000])) + (0.1 if side else -0.3)
    foreign = [char for char in text[:50_000] if char > "\x7f"]
    if not foreign:
        return 0.5
    return sum(map(_SCORES[codec], foreign)) / len(foreign)


def _gb18030(char: str) -> float:
    try:
        raw = char.encode("gb2312")
    except UnicodeEncodeError:
        return 0.3 if "\u4e00" <= char <= "\u9fff" else 0.0
    # Rows 16-55 hold the 3,755 common characters, 1-3 the punctuation, 56-87 the rare ones.
    return 1.0 if 0xB0 <= raw[0] <= 0xD7 or raw[0] in (0xA1, 0xA3) else 0.4


def _cp932(char: str) -> float:
    if "\u3040" <= char <= "\u30ff" or "\u3000" <= char <= "\u303f":
        return 1.1
    if "\uff61" <= char <= "\uff9f":  # half-width kana: what other codecs' bytes turn into
        return 0.1
    raw = char.encode("cp932", "replace")
    return 0.9 if 0x88 <= raw[0] <= 0x97 or raw[0] == 0x81 else 0.3


def _big5(char: str) -> float:
    raw = char.encode("big5", "replace")
    return 0.95 if 0xA4 <= raw[0] <= 0xC6 or raw[0] == 0xA1 else 0.2


COMMON_WESTERN = frozenset("éèêëàâäáãåçñóòôöõúùûüíìîïßæøœÉÈÀÄÖÜÅØÑÇ£€¥©®™°²³½¼¾±×–—‘’“”„•…·«»¡¿´\xa0ºª§µ†‹›Ø")


def _cp1252(char: str) -> float:
    return 0.85 if char in COMMON_WESTERN else 0.1


_SCORES = {"gb18030": _gb18030, "cp932": _cp932, "big5": _big5, "cp1252": _cp1252}


def legacy_codec(data: bytes, hints: Sequence[str]) -> str:
    """The codec of bytes that are not UTF-8. `hints`: what a dialect says; believed where they can be right."""
    possible = []
    for codec in (*hints, *LEGACY):
        text = decode(data, codec, whole=False)
        if text is not None:
            score = likely(data, codec, text) + (0.25 if codec in hints else 0.0)
            possible.append((score, codec))
    return max(possible, key=lambda pair: pair[0])[1] if possible else "cp1252"
