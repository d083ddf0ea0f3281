"""Google's product feeds as shops really make them: both forms of XML, with and without namespaces, entities that are
no XML, sale prices that come late, and the tab-separated form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.model.problem import Problem
from monitor.model.source import ReadOptions, Row
from spiders.files import read

if TYPE_CHECKING:
    from pathlib import Path

NAMESPACE = 'xmlns:g="http://base.google.com/ns/1.0"'
ITEM = (
    "<item><g:id>1</g:id><title>Salt &amp; Pepper&nbsp;mill & more &eacute;</title><link>https://x.example/?a=1&b=2</link><g:price>10.00 USD</g:price>"
    "<g:sale_price>8.00 USD</g:sale_price><g:availability>in stock</g:availability><g:shipping><g:price>3 USD</g:price></g:shipping>"
    "<description><![CDATA[<b>x & y</b> &nbsp;]]></description></item>"
)


def told(path: Path, content: str | bytes) -> tuple[str, list[Row], list[Problem]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = read(path, ReadOptions())
    assert reading is not None
    rows = list(reading.rows())
    return reading.identification.dialect, [row for row in rows if isinstance(row, Row)], [row for row in rows if isinstance(row, Problem)]


@pytest.mark.parametrize(
    "frame",
    [
        f'<?xml version="1.0"?>\n<rss {NAMESPACE} version="2.0"><channel><title>Shop</title>{{}}</channel></rss>',
        f"<rss {NAMESPACE}><channel><title>Shop</title>{{}}</channel></rss>",
        "<!-- made by a plug-in --><rss><channel>{}</channel></rss>",
    ],
)
@pytest.mark.parametrize("prefix", ["g:", ""])
def test_entities_that_are_no_xml_cost_nothing(tmp_path: Path, frame: str, prefix: str) -> None:
    """&nbsp;, &eacute; and a bare & are no XML; inside CDATA they are plain text and stay."""
    dialect, rows, problems = told(tmp_path / "feed", frame.format(ITEM.replace("g:", prefix) * 3))
    assert dialect == "google-merchant" and len(rows) == 3
    for row in rows:
        assert row.values["title"] == "Salt & Pepper\xa0mill & more é"
        assert row.values["url"] == "https://x.example/?a=1&b=2"
        assert (row.values["price"], row.values["list_price"]) == ("8.00 USD", "10.00 USD")
        assert row.values["description"] == "<b>x & y</b> &nbsp;"
    assert [(problem.code, problem.loss) for problem in problems] == [("sources.mended-feed", "")]


def test_atom(tmp_path: Path) -> None:
    entry = '<entry><g:id>7</g:id><g:title>A vase</g:title><link href="https://x.example/1"/><g:price>1.299,00 EUR</g:price><g:brand>Nike</g:brand></entry>'
    content = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACE}><title>Shop</title>{entry}</feed>'
    dialect, rows, problems = told(tmp_path / "feed.txt", content)
    assert dialect == "google-merchant" and not problems
    values = rows[0].values
    assert (values["listing_id"], values["title"], values["url"], values["brand"], values["price"]) == ("7", "A vase", "https://x.example/1", "Nike", "1.299,00 EUR")


def test_a_sale_price_that_comes_late_is_still_the_price(tmp_path: Path) -> None:
    item = "<item><g:id>{0}</g:id><title>spoon {0}</title><link>l</link><g:price>10 USD</g:price><g:availability>x</g:availability>{1}</item>"
    items = "".join(item.format(number, "<g:sale_price>5 USD</g:sale_price>" if number == 199 else "") for number in range(200))
    _, rows, _ = told(tmp_path / "feed.xml", f"<rss {NAMESPACE}><channel>{items}</channel></rss>")
    assert len(rows) == 200 and [row.values["price"] for row in rows] == ["10 USD"] * 199 + ["5 USD"]


def test_a_feed_cut_short_says_so_and_keeps_what_came_before(tmp_path: Path) -> None:
    whole = ITEM.replace("&nbsp;", " ").replace("& more &eacute;", "").replace("&b=2", "")
    _, rows, problems = told(tmp_path / "feed.xml", f"<rss {NAMESPACE}><channel>{whole * 2}<item><g:id>")
    assert len(rows) == 2 and [(problem.code, problem.loss) for problem in problems] == [("sources.broken-feed", "rest")]


def test_tab_separated_in_utf_16(tmp_path: Path) -> None:
    text = "id\ttitle\tdescription\tlink\timage_link\tprice\tsale price\tavailability\tbrand\n1\tA vase\td\thttps://x\thttps://i\t100 USD\t80 USD\tin stock\tNike\n"
    dialect, rows, _ = told(tmp_path / "feed.txt", text.encode("utf-16"))
    assert dialect == "google-merchant"
    assert (rows[0].values["price"], rows[0].values["list_price"], rows[0].values["images"]) == ("80 USD", "100 USD", "https://i")


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    content = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss {NAMESPACE}><channel><item><g:id>1</g:id><title>a &x; b</title><link>l</link><g:price>1</g:price><g:brand>b</g:brand></item></channel></rss>'
    _, rows, problems = told(tmp_path / "feed.xml", f'<?xml version="1.0"?>{content}')
    assert "hidden" not in repr((rows, problems))
