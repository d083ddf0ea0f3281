"""Product pages, saved or fetched: a pure function from a response to one raw listing.

A reader gets the page and gives the listing's values, or None where its site's data is not on the page. Walls
(login, captcha, "punish") and decoy prices are told apart from a page without a listing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.model.problem import Problem
from monitor.model.source import Identification, Reading, Row
from spiders.pages import china, structured, west
from spiders.pages.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# name -> (reader, how its layout is known); asked in this order, the general one last
READERS: dict[str, tuple[Callable[[Document], dict[str, str] | None], str]] = {
    "taobao-page": (china.taobao, "parser code"),
    "pinduoduo-page": (china.pinduoduo, "parser code"),
    "1688-page": (china.alibaba, "parser code"),
    "amazon-page": (west.amazon, "parser code"),
    "ebay-page": (west.ebay, "documentation"),
    "shopify-page": (west.shopify, "parser code"),
    "woocommerce-page": (west.woocommerce, "documentation"),
    "schema-page": (structured.read, "documentation"),
}

# What a platform serves instead of the page that was asked for: message key -> signs of it.
WALLS = {
    "pages.login-wall": re.compile(
        r"login\.taobao\.com/(?:member|havanaone)|login\.tmall\.com|mobile\.yangkeduo\.com/login\.html|/login\.html\?from=|login\.1688\.com/member|"
        r"<title>[^<]*(?:登录|Sign[ -]?in|Amazon Anmelden)[^<]*</title>", re.I
    ),
    "pages.captcha-wall": re.compile(
        r"psnl_verification\.html|/errors/validateCaptcha|api-services-support@amazon|_____tmd_____/punish|\bpunish\?x5secdata|"
        r"x5secdata=|<title>[^<]*(?:验证码|安全验证|滑块|Robot Check|Just a moment|Pardon Our Interruption|访问被拒绝)[^<]*</title>|cf-challenge", re.I
    ),
}  # fmt: skip


def read_page(content: bytes, name: str, *, url: str = "", content_type: str = "") -> Reading:
    """The reading of one page: one row, or a Problem that says why there is none.

    `content` is the body as it came; `name` is shown in problems; `url` is where it was fetched.
    """
    page = Document(content, given_url=url, content_type=content_type)
    dialect, evidence, values = _values(page)
    problems: list[Problem] = []
    decoy = values.pop("_decoy", "")
    if decoy:
        values.pop("price", None)
        problems.append(Problem(code="pages.decoy-price", source=name, column="price", loss="cell"))
    if not values:
        problems.append(Problem(code=wall(page) or "pages.no-listing", source=name, loss="rest"))
    values = {key: value for key, value in values.items() if value}
    identification = Identification(
        file=name, kind="page", dialect=dialect, encoding=page.encoding, columns={key: key for key in values},
        confidence=0.9 if values else 0.5, evidence=evidence,
    )  # fmt: skip

    def rows() -> Iterator[Row | Problem]:
        yield from problems
        if values:
            yield Row(kind="listing", values=values, row=None)

    return Reading(identification=identification, rows=rows)


def _values(page: Document) -> tuple[str, str, dict[str, str]]:
    """The first reader that knows the page: its name, how its layout is known, the values ({} for none)."""
    if page.text.lstrip()[:1] == "{":
        found = west.product_json(page.text)
        return "shopify-product-json", "documentation", found or {}
    for name, (reader, evidence) in READERS.items():
        found = reader(page)
        if found and found.get("title"):
            return name, evidence, found
    return "page", "", {}


def wall(page: Document) -> str:
    """The message key of the wall that stands in for the page, "" for none."""
    return next((key for key, signs in WALLS.items() if signs.search(page.text[:300_000])), "")


def known(dialect: str) -> bool:
    """Is this the name of a page reader?"""
    return dialect in READERS or dialect == "shopify-product-json"


__all__ = ["READERS", "Document", "known", "read_page", "wall"]
