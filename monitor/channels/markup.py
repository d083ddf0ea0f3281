"""Titles that were written to break a message, made harmless."""

from __future__ import annotations

import re

# DingTalk and WeCom do not say how their Markdown is escaped, so the signs that mean something become their wide
# twins: a reader sees the same, and no client on any device can take them for markup, a link, a tag or a mention.
WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "<>[]*_`~\\@#|!"}
MARKDOWN = re.compile(r"([\\`*_~|<>\[\]()#@:-])")


def fullwidth(text: str) -> str:
    return text.translate(WIDE).replace("://", "：//")


def backslashed(text: str) -> str:
    """For clients that honour a backslash before any sign (Discord). `:` too, so that neither links nor emoji form."""
    return MARKDOWN.sub(r"\\\1", text)
