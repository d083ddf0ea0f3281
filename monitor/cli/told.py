"""A stored finding in words, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.messages import printable
from monitor.model.finding import Screening
from monitor.reports.cells import cells, steps
from monitor.reports.jsonl_report import reason_sentence
from monitor.reports.table_report import marked, outside, painted
from monitor.store.reviews import QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.cli.face import Face
    from monitor.store.shown import Stored, Story


def finding_block(face: Face, one: Stored, *, colour: bool) -> list[str]:
    """Level, brand, since when; the title; why; what would help; the key."""
    finding, listing = one.finding, one.listing
    values = {name: printable(value) for name, value in cells(Screening(listing=listing, findings=(finding,)), finding, face.lang).items()}
    state = face.say(f"findings.state-{one.state}", since=_day(one.opened_at), closed=_day(one.closed_at) if one.closed_at else "")
    lines = [f"{painted(face.say(f'level.{finding.level}'), finding.level, colour=colour)} {values['score']}  {values['brand']}  {state}"]
    lines.append(f"  {marked(listing, finding, colour=colour)}")
    if elsewhere := outside(finding, face.lang):
        lines.append(f"  {face.say('report.label-found')} {elsewhere}")
    if values["why"]:
        lines.append(f"  {face.say('report.label-why')} {values['why']}")
    if values["do"] and one.state != "closed":
        lines.append(f"  {face.say('report.label-do')} {values['do']}")
    lines.append(f"  {face.say('findings.label-key')} {printable(finding.key)}")
    return lines


def story_lines(face: Face, story: Story, *, colour: bool) -> Iterator[str]:
    """Everything about one finding."""
    one = story.stored
    finding, listing = one.finding, one.listing
    yield from finding_block(face, one, colour=colour)
    place = " ".join(part for part in (listing.source, face.say("cli.row", row=listing.row) if listing.row else "") if part)
    if place:
        yield f"  {face.say('report.label-where')} {printable(place)}"
    if listing.url:
        yield f"  {face.say('findings.label-url')} {printable(listing.url)}"
    yield ""
    yield face.say("report.head-score")
    for reason in finding.reasons:
        yield f"  {reason.weight:+6g}  {printable(reason_sentence(reason, face.lang))}"
    yield f"  {finding.rank:6g}  {face.say(f'level.{finding.level}')}"
    if helping := steps(finding, face.lang):
        yield from ("", face.say("report.head-do"))
        yield from (f"  {text} → {face.say(f'level.{level}')}" for text, level in helping)
    yield from ("", face.say("findings.head-life"))
    for row in story.changes:
        before, after = face.say(f"level.{row['before']}"), face.say(f"level.{row['after']}")
        yield f"  {_minute(row['at'])}  {face.say('change.' + row['change'])}  {before} → {after}  ({face.say('findings.kind-' + (row['kind'] or 'scan'), scan=row['scan_id'])})"
    if story.history:
        yield from ("", face.say("findings.head-history"))
        for row in story.history:
            yield f"  {_minute(row['at'])}  {face.say('findings.field-' + row['field'])}  {printable(row['old']) or '-'} → {printable(row['new']) or '-'}"
    if story.reviews:
        yield from ("", face.say("findings.head-reviews"))
        yield from (f"  {_review(face, row)}" for row in story.reviews)
        last = story.reviews[-1]
        if last["decision"] in QUIET and one.state == "open":
            yield f"  {face.say('findings.facts-changed' if last['facts'] != one.facts else 'findings.term-over')}"


def _review(face: Face, row: Any) -> str:
    until = face.say("findings.until", day=row["until"].isoformat()) if row["until"] else ""
    return f"{_minute(row['at'])}  {face.say('findings.decision-' + row['decision'])}  {printable(row['who'])}: {printable(row['why'])} {until}".rstrip()


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d")


def _minute(moment: datetime) -> str:
    """In the zone of the machine: what its owner's clock showed."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
