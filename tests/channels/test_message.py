"""What a reader sees: level, listing, why, the smallest remedy, until when, in both languages; and what no reader must see."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from monitor.channels import dingtalk, discord, feishu, slack, teams, wecom
from monitor.channels.message import digest, fitted, message, part, plain
from monitor.channels.webhook import encoded, signature
from monitor.messages import LANGS, say
from monitor.model.event import EVENTS
from monitor.screening.remedies import EFFORT
from monitor.screening.rules import RULES
from tests.channels.conftest import HOSTILE, make_event, many

EXPIRING = {"authorization_id": "st-1", "brand": {"brand_id": "nike", "name": "Nike"}, "licensor": "Nike Distribution", "valid_until": "2026-12-02", "days": 7, "listings": 12}
FAILED = {"scan_id": 3, "why": "it was killed", "reasons": [{"code": "scan.killed", "params": {"holder": "host:1"}}], "sources": ["mine", "feed"], "listings": 0}


def lines(event: Any, lang: Any) -> dict[str, str]:
    return dict(message(event, lang).lines)


def test_a_finding_in_both_languages() -> None:
    data = {**make_event().data, "cover": {"status": "full", "gap": None, "link": "st-1", "until": "2026-12-31"}}
    english, chinese = make_event(data=data), make_event(data=data)
    assert message(english, "en").title == "HIGH: Nike needs a look" and message(chinese, "zh").title == "【高】Nike：需要查看"
    assert lines(english, "en") == {
        "Listing": "N1KE running shoes", "Where": "Taobao, shop s1, listing 623, SKU AJ1", "Found": "“N1KE”",
        "Why": "“N1KE” looks or sounds like Nike without being written so.", "Do": "write Nike as registered instead of “N1KE” (then: low)",
        "Until": "the papers cover it until 2026-12-31",
    }  # fmt: skip
    assert lines(chinese, "zh") == {
        "商品": "N1KE running shoes", "位置": "淘宝，店铺 s1，商品 623，SKU AJ1", "命中": "“N1KE”", "原因": "“N1KE”形似或音似 Nike，却不是它的写法。",
        "建议": "把“N1KE”改为注册写法 Nike（之后：低）", "期限": "授权覆盖到 2026-12-31",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type_", EVENTS)
def test_every_event_has_a_message(type_: Any, lang: Any) -> None:
    data = {"authorization.expiring": EXPIRING, "scan.failed": FAILED, "monitor.alive": {"last_scan": "2026-03-01T06:30:00+00:00", "open": {"high": 3}}, "case.deadline": {"until": "2026-04-01"}}
    told = message(make_event(type=type_, data=data.get(type_, make_event().data)), lang)
    assert told.title and "{" not in plain(told, lang)
    assert not re.search(r"infring|侵权|counterfeit|假货", plain(told, lang))
    empty = message(make_event(type=type_, data={}), lang)  # another version's event: told as far as it can be
    assert empty.title


@pytest.mark.parametrize("lang", LANGS)
def test_every_code_can_be_told(lang: Any) -> None:
    """Each rule and each remedy makes one sentence from its code and parameters."""
    anything = dict.fromkeys(("brand", "text", "alias", "link", "percent", "price", "currency", "guide", "floor", "paper", "until", "days", "supplier", "sold", "day", "class", "purchase", "to", "platforms", "shops", "sku", "expires", "count", "term"), "x")
    anything |= {"policy": "no-online", "gap": "expired", "how": "letters"}
    for rule in RULES:
        data = {"reasons": [{"code": rule.code, "main": True, "weight": 1, "params": anything, "message": "STORED"}], "remedies": [], "brand": {"name": "B"}}
        why = lines(make_event(data=data), lang)[say("alert.label-why", lang)]
        assert why[-1] in ".。" and "STORED" not in why
    for code in EFFORT:
        data = {"remedies": [{"code": code, "params": anything, "level_after": "low", "message": "STORED"}]}
        assert "STORED" not in lines(make_event(data=data), lang)[say("alert.label-do", lang)]


def test_a_code_of_another_version_keeps_its_stored_sentence() -> None:
    data = {"reasons": [{"code": "future-rule", "main": True, "weight": 1, "params": {}, "message": "as it was said then"}]}
    assert lines(make_event(data=data), "en")["Why"] == "As it was said then."


def test_good_news_tells_what_it_was() -> None:
    closed, eased = make_event(type="finding.closed", level="critical"), make_event(type="finding.eased", level="critical", data={**make_event().data, "level": "low"})
    assert message(closed, "en").title == "Nike: no longer found" and lines(closed, "en")["Before"] == "critical"
    assert message(eased, "zh").title == "Nike：已减轻为“低”" and lines(eased, "zh")["之前"] == "严重"


def test_what_closed_counts_for_nothing_in_a_digest() -> None:
    closed = make_event(type="finding.closed", level="critical", data={**make_event().data, "level": "critical"})
    opened = make_event(level="medium", data={**make_event().data, "level": "medium"})
    told = digest([closed, opened], "en")
    assert told.level == "medium" and "MEDIUM" in told.title.upper() and "critical" not in told.lines[0][1] and told.lines[1][1].startswith("MEDIUM")


def test_a_shop_is_told_by_its_name() -> None:
    assert "店铺 小明鞋店" in lines(make_event(data={**make_event().data, "shop_name": "小明鞋店"}), "zh")["位置"]


def test_a_digest_names_the_worst_and_the_failed_scan_first() -> None:
    events = [*many(30, level="high"), make_event(event_id="c", level="critical", data={**make_event().data, "level": "critical"}), make_event(event_id="f", type="scan.failed", data=FAILED)]
    told = digest(events, "en")
    assert told.title == "32 alerts, the worst: critical" and told.lines[0] == ("Levels", "critical 1, high 31")
    assert told.lines[1][1].startswith("The scan failed") and told.lines[2][1].startswith("CRITICAL: Nike") and told.lines[-1][1].startswith("22 more")


def test_parts_are_one_line_and_printable() -> None:
    assert part("a\r\n b\t\u202ec\x00") == "a b c\ufffd" and part("x" * 900).endswith("…") and len(part("x" * 900)) == 300


def test_what_is_too_long_is_shortened_and_shows_it() -> None:
    told = message(make_event("长" * 3000), "zh")
    small = fitted(told, 600, lambda one: len(plain(one, "zh").encode()))
    assert len(plain(small, "zh").encode()) <= 600 and "…" in plain(small, "zh") and "原因" in plain(small, "zh")


@pytest.mark.parametrize("kind", ["dingtalk", "wecom", "discord"])
def test_a_title_stays_text_where_markup_is_spoken(kind: str) -> None:
    told = message(make_event(HOSTILE), "en")
    text = {"dingtalk": dingtalk.markdown, "wecom": wecom.markdown, "discord": lambda one: discord.content(one, "en")}[kind](told)
    if kind == "discord":
        text = re.sub(r"\\.", "", text)  # what is escaped means nothing
    assert not re.search(r"<[a-z@!]|\]\(|`|!\[|@all|@everyone|(?m:^#{1} )|https?://", text.replace("**", "").replace("### ", "").replace("## ", "")), text


def test_a_title_stays_text_where_plain_text_is_spoken() -> None:
    told = message(make_event(HOSTILE), "en")
    line = told.lines[0][1]
    assert {"tag": "plain_text", "content": f"Listing: {line}"} in [element.get("text") for element in feishu.card(told, "en")["elements"]]
    assert {"type": "text", "text": line} in slack.body(told, "en")["blocks"][1]["elements"][0]["elements"]
    assert {"type": "TextRun", "text": line} in teams.body(told, "en")["attachments"][0]["content"]["body"][1]["inlines"]


def test_the_published_vectors() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    wanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}') == wanted
    assert dingtalk.sign("SECdemo", 1_700_000_000_000) == "lOvVf9TQCVugV68mGbSZCg0gzOl1SVjxWi1MyVZCUuA="
    assert feishu.sign("demo", 1_700_000_000) == "8oT2n3SMKFfEnDoiwer8BUM/SjKLwe9SqoEIHlhDTKo="


@pytest.mark.parametrize("size", [10, 5_000, 200_000, 1_000_000])
@pytest.mark.parametrize("hits", [1, 50, 5_000])
def test_a_body_stays_under_twenty_thousand_bytes_and_says_so(size: int, hits: int) -> None:
    data = {**make_event("品" * size).data}
    data["hits"] = list(data["hits"]) * hits
    body = {"type": "finding.opened", "timestamp": "2026-03-01T06:30:00Z", "data": data}
    content, whole = encoded(body), len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    assert len(content) < 20_000 and (b'"shortened":true' in content) == (whole >= 20_000) and json.loads(content)["data"]["key"] == data["key"]
