"""What an alert says to a person: level, listing, why in one sentence, the smallest remedy, until when.

A message is plain text in parts. Each service puts the parts into its own form and makes markup in them harmless: a
title is whatever somebody typed into a shop.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.messages import platform_name, printable, say, say_code, say_problem
from monitor.model.finding import LEVELS
from monitor.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.messages import Lang
    from monitor.model.event import Event
    from monitor.model.finding import Level

LONGEST = 300  # characters of one part
IN_DIGEST = 10  # the worst that a digest names one by one
TITLES = {
    "finding.opened": "alert.opened", "finding.escalated": "alert.escalated", "finding.eased": "alert.eased", "finding.closed": "alert.closed",
    "authorization.expiring": "alert.expiring", "scan.failed": "alert.failed", "monitor.alive": "alert.alive", "case.deadline": "alert.deadline",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`lines`: label and text. All of it is one-line plain text without control characters, and unescaped."""

    level: Level
    title: str
    lines: tuple[tuple[str, str], ...] = ()
    note: str = ""


def message(event: Event, lang: Lang) -> Message:
    """The message of one event. Sentences are made anew from codes, so that each channel reads its own language."""
    lines = [(say(f"alert.label-{name}", lang), part(text)) for name, text in _lines(event, lang) if text]
    return Message(level=_level(event), title=part(_title(event, lang)), lines=tuple(lines), note=say("alert.note", lang) if event.type.startswith("finding.") else "")


def digest(events: Sequence[Event], lang: Lang) -> Message:
    """Many alerts as one: how many of which level, and the worst one by one."""
    first = sorted(events, key=lambda event: (event.type != "scan.failed", -LEVELS.index(_level(event))))
    told = [message(event, lang) for event in first]
    worst = max((one.level for one in told), key=LEVELS.index)
    counts = Counter(one.level for one in told)
    levels = say("cli.comma", lang).join(say("alert.counted", lang, level=say(f"level.{level}", lang), count=counts[level]) for level in reversed(LEVELS) if counts[level])
    lines = [(say("alert.label-levels", lang), levels)]
    for at, one in enumerate(told[:IN_DIGEST], 1):
        texts = dict(one.lines)
        shown = (one.title, part(texts.get(say("alert.label-listing", lang), ""), 80), texts.get(say("alert.label-why", lang), ""))
        lines.append((str(at), part(" · ".join(text for text in shown if text))))
    if len(told) > IN_DIGEST:
        lines.append((say("alert.label-more", lang), say("alert.more", lang, count=len(told) - IN_DIGEST)))
    return Message(level=worst, title=say("alert.digest", lang, count=len(told), level=say(f"level.{worst}", lang)), lines=tuple(lines), note=say("alert.note", lang))


def test_message(lang: Lang) -> Message:
    return Message(level="low", title=say("alert.test", lang), lines=((say("alert.label-why", lang), say("alert.test-line", lang)),))


def part(text: object, most: int = LONGEST) -> str:
    """One part of a message: one line, printable, cut with an ellipsis where it is too long."""
    line = " ".join(printable(str(text)).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def plain(told: Message, lang: Lang) -> str:
    """The message as plain text, for mail and for what a phone shows of a card."""
    lines = [f"{label}{say('cli.colon', lang)}{text}" for label, text in told.lines]
    return "\n".join([told.title, "", *lines, *(["", told.note] if told.note else [])])


def fitted(told: Message, most: int, size: Callable[[Message], int]) -> Message:
    """The message made to fit a service's limit: the longest part is halved, and ends in an ellipsis, until it does."""
    while size(told) > most:
        longest = max(range(len(told.lines)), key=lambda at: len(told.lines[at][1]), default=-1)
        if longest < 0 or len(told.lines[longest][1]) < 24:
            if not told.lines:
                return replace(told, title=part(told.title, 80), note="")
            told = replace(told, lines=told.lines[:-1])
            continue
        label, text = told.lines[longest]
        told = replace(told, lines=(*told.lines[:longest], (label, part(text, len(text) // 2)), *told.lines[longest + 1 :]))
    return told


def _title(event: Event, lang: Lang) -> str:
    data = event.data
    if event.type == "monitor.alive" and data.get("test"):
        return say("alert.test", lang)
    brand = _at(data, "brand", "name") or _at(data, "brand", "brand_id") or event.brand_id
    word = say(f"level.{_level(event)}", lang)
    return say(
        TITLES.get(event.type, "alert.other"), lang, type=event.type, brand=part(brand, 60), level=word if event.type == "finding.eased" else word.upper(),
        until=data.get("valid_until") or data.get("until") or "-", days=data.get("days", "-"),
    )  # fmt: skip


def _level(event: Event) -> Level:
    """The level now: clear for a finding that closed, else the finding's own, else the event's (which is the one before, where it eased)."""
    level = "clear" if event.type == "finding.closed" else event.data.get("level")
    return level if level in LEVELS else event.level


def _lines(event: Event, lang: Lang) -> list[tuple[str, str]]:
    data = event.data
    if event.type.startswith("finding."):
        return [*_listing(data, lang), *_judgement(event, lang)]
    if event.type == "authorization.expiring":
        return _paper(event, lang)
    if event.type == "scan.failed":
        sources = say("cli.comma", lang).join(str(one) for one in data.get("sources", ()))
        read = say("alert.read-listings", lang, listings=data["listings"]) if "listings" in data else ""
        return [("sources", sources), ("why", _problems(data, lang)), ("read", read), ("do", say("alert.scan-again", lang))]
    if event.type == "monitor.alive" and data.get("test"):
        return [("why", say("alert.test-line", lang))]
    if event.type == "monitor.alive":
        return [("last", _moment(data.get("last_scan")) or say("alert.never", lang)), ("levels", _open(data.get("open"), lang))]
    return [("why", _sentence(data.get("why", ""), lang)), ("until", str(data.get("until", "")))]


def _paper(event: Event, lang: Lang) -> list[tuple[str, str]]:
    data, until = event.data, str(event.data.get("valid_until", "-"))
    why = say("alert.lose-cover", lang, listings=data["listings"]) if data.get("listings") else say("alert.covers-nothing", lang)
    who = data.get("licensor") or _at(data, "brand", "name") or event.brand_id
    renew = say("alert.renew", lang, licensor=part(who, 80), until=until)
    return [("paper", str(data.get("authorization_id", ""))), ("why", _sentence(why, lang)), ("do", renew), ("until", until)]


def _problems(data: Mapping[str, Any], lang: Lang) -> str:
    """Why a scan failed, in the reader's language where its codes are known; else as it was stored."""
    try:
        told = [_sentence(say_problem(Problem(code=one["code"], params=one.get("params") or {}), lang), lang) for one in data.get("reasons", ())]
    except KeyError:
        told = []
    return (" " if lang == "en" else "").join(told) or _sentence(data.get("why", ""), lang)


def _listing(data: Mapping[str, Any], lang: Lang) -> list[tuple[str, str]]:
    listing = dict(data.get("listing") or {})
    listing["shop"] = data.get("shop_name") or listing.get("shop")
    place = [
        platform_name(str(listing.get("platform") or ""), lang), *(say(f"alert.{key}", lang, **{name: part(listing[name], 60)}) for key, name in (("shop", "shop"), ("listing-id", "listing_id"), ("sku", "sku")) if listing.get(name)),
    ]  # fmt: skip
    hits = list(dict.fromkeys(part(hit.get("text", ""), 40) for hit in data.get("hits", ())))[:3]
    found = say("cli.comma", lang).join(say("alert.quoted", lang, text=text) for text in hits if text)
    return [("listing", str(listing.get("title") or "")), ("where", say("cli.comma", lang).join(one for one in place if one)), ("found", found)]


def _judgement(event: Event, lang: Lang) -> list[tuple[str, str]]:
    """Why, what to do, until when. What was closed or eased is good news and asks for nothing."""
    data = event.data
    reasons = data.get("reasons") or ()
    main = max(reasons, key=lambda reason: (reason["main"], reason["weight"]), default=None)
    why = _sentence(_coded("reason", main, lang), lang) if main else ""
    before = say(f"level.{event.level}", lang) if event.level in LEVELS else ""
    if event.type == "finding.closed":
        return [("before", before), ("do", say("alert.do-nothing", lang))]
    cover = data.get("cover") or {}
    until = say("alert.paper-until", lang, until=cover["until"]) if cover.get("until") else ""
    if event.type == "finding.eased":
        return [("before", before), ("now", why), ("do", _remedy(data, lang)), ("until", until)]
    risen = say(f"level.{data['level_before']}", lang) if event.type == "finding.escalated" and data.get("level_before") in LEVELS else ""
    return [("before", risen), ("why", why), ("do", _remedy(data, lang)), ("until", until)]


def _remedy(data: Mapping[str, Any], lang: Lang) -> str:
    """The smallest remedy with the level after it; all of the set where no single change reaches low."""
    chosen = data.get("remedy_set") or (data.get("remedies") or ())[:1]
    if not chosen:
        return ""
    words = say("cli.comma", lang).join(_coded("remedy", one, lang) for one in chosen)
    return say("report.remedy", lang, sentence=words, level=say(f"level.{chosen[0]['level_after']}", lang))


def _coded(room: str, told: Mapping[str, Any], lang: Lang) -> str:
    """The sentence of a code; the stored one where another version or a plug-in made a code that is not known here."""
    try:
        return say_code(room, told["code"], told.get("params") or {}, lang)
    except KeyError:
        return str(told.get("message") or told.get("code") or "")


def _moment(text: Any) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M %Z")
    except (TypeError, ValueError):
        return ""


def _open(counts: Any, lang: Lang) -> str:
    known = counts if isinstance(counts, dict) else {}
    return say("cli.comma", lang).join(say("alert.counted", lang, level=say(f"level.{level}", lang), count=known[level]) for level in reversed(LEVELS) if known.get(level))


def _sentence(text: object, lang: Lang) -> str:
    line = str(text).strip()
    if not line:
        return ""
    line = line[0].upper() + line[1:] if lang == "en" else line
    return line if line[-1] in ".。!！?？" else say("alert.sentence", lang, text=line)


def _at(data: Mapping[str, Any], outer: str, inner: str) -> str:
    value = data.get(outer)
    return str(value.get(inner) or "") if isinstance(value, dict) else ""
