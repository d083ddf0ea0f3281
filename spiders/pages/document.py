"""A saved or fetched page, parsed once: its text, its tree, the data that its scripts carry."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST = 8_000_000  # bytes of a page that are looked at; a product page has under 2 MB
META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
CANONICAL = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")


@dataclass(frozen=True)
class Document:
    """One page. `url` is where it was fetched or, for a saved page, what it says of itself."""

    content: bytes
    given_url: str = ""
    content_type: str = ""  # the header, when it was fetched

    @cached_property
    def encoding(self) -> str:
        """BOM, then the header, then the page's own word, then UTF-8, then GB18030."""
        if self.content[:3] == b"\xef\xbb\xbf":
            return "utf-8-sig"
        if self.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        header = re.search(r"charset=([\w-]+)", self.content_type, re.I)
        meta = META_CHARSET.search(self.content[:4096])
        named = header.group(1) if header else meta.group(1).decode("ascii") if meta else ""
        # Pages that say gb2312 use characters beyond it; gb18030 holds them all.
        named = "gb18030" if named.lower() in ("gb2312", "gbk", "gb18030") else named
        for codec in filter(None, (named, "utf-8", "gb18030")):
            try:
                self.content[:MOST].decode(codec)
            except (UnicodeDecodeError, LookupError):
                continue
            return str(codec).lower()
        return "utf-8"

    @cached_property
    def text(self) -> str:
        return self.content[:MOST].decode(self.encoding, "replace").replace("\0", "")

    @cached_property
    def tree(self) -> Any:
        """The lxml tree. Networks, entities and huge trees are off."""
        from lxml import etree, html

        parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8")
        # lxml refuses text with an encoding declaration: the bytes are given again as UTF-8.
        try:
            return html.document_fromstring(self.text.encode("utf-8", "replace"), parser=parser)
        except etree.ParserError:  # nothing but blanks or a broken declaration
            return html.document_fromstring(b"<html></html>")

    @cached_property
    def url(self) -> str:
        return self.given_url or next((found for path in CANONICAL for found in self.all(path) if found.startswith("http")), "")

    @property
    def host(self) -> str:
        """The host of the address, "" where it is none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""

    def asked(self, name: str) -> str:
        """A parameter of the address: id=1 -> 1."""
        try:
            return (parse_qs(urlsplit(self.url).query).get(name) or [""])[0]
        except ValueError:
            return ""

    def all(self, xpath: str) -> list[str]:
        """Texts at an XPath, blanks squeezed, empty ones left out."""
        found = self.tree.xpath(xpath)
        texts = (node if isinstance(node, str) else node.text_content() for node in found)
        return [squeezed for text in texts if (squeezed := " ".join(str(text).split()))]

    def first(self, *xpaths: str) -> str:
        """The first text at the first XPath that has one, "" where none has."""
        return next((found[0] for xpath in xpaths if (found := self.all(xpath))), "")

    def meta(self, *names: str) -> str:
        """The content of a <meta> by property, name or itemprop."""
        return self.first(*(f"//meta[@property={name!r} or @name={name!r} or @itemprop={name!r}]/@content" for name in names))

    def script_value(self, *starts: str) -> Any:
        """The JavaScript object that a script assigns after one of `starts`; None where there is none.

        `starts` are regular expressions that end before the opening brace.
        """
        import chompjs

        for start in starts:
            for place in re.finditer(start, self.text):
                brace = self.text.find("{", place.end() - 1, place.end() + 200)
                if brace < 0:
                    continue
                try:
                    return chompjs.parse_js_object(self.text[brace : brace + 3_000_000])
                except (ValueError, RecursionError):
                    continue
        return None

    @cached_property
    def json_ld(self) -> tuple[Mapping[str, Any], ...]:
        """Every object of the page's JSON-LD, @graph flattened. Broken JSON is read leniently."""
        return tuple(one for text in self.tree.xpath("//script[@type='application/ld+json']/text()") for one in _objects(_lenient(text)))


def _lenient(text: str) -> Any:
    """JSON with raw line breaks, trailing commas or comments, as shops write it; None where hopeless."""
    for form in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
    import chompjs

    try:
        return chompjs.parse_js_object(text)
    except (ValueError, RecursionError):
        return None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))
        yield from _objects(value.get("mainEntity"))


def dig(value: Any, *path: str | int) -> Any:
    """A value deep in nested objects and lists; None where the path breaks off."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, the values of an object of objects; nothing of anything else: a page may hold any shape."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in values if isinstance(one, dict)]


def texts(value: Any) -> list[str]:
    """The plain values of a list, or the one that stands alone, as text."""
    return [text for one in (value if isinstance(value, list) else [value]) if (text := text_of(one))]


def text_of(value: Any) -> str:
    """A plain value as text: "" for nothing, numbers without .0."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
