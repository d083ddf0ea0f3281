"""Waiting as long as a shop asks: Scrapy tries a 429 again at once, whatever Retry-After says."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Request, Spider
    from scrapy.http import Response

LONGEST = 120.0  # seconds; a shop that wants more is asked again in the next scan


class Patience(RetryMiddleware):
    """Scrapy's own retries, after the wait that the answer asks for."""

    async def process_response(  # type: ignore[override]  # Scrapy awaits it
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status in self.retry_http_codes and not request.meta.get("dont_retry"):
            said = response.headers.get("Retry-After")
            wait = seconds(said.decode("latin-1"), (response.headers.get("Date") or b"").decode("latin-1")) if said else 0.0
            if wait > LONGEST:
                return response
            if request.meta.get("retry_times", 0) < self.max_retry_times:
                await self._wait(wait)
        again: Request | Response = super().process_response(request, response)
        return again

    async def _wait(self, left: float) -> None:
        """A second at a time: somebody may stop the scan meanwhile."""
        while left > 0 and self.crawler.crawling:
            await asyncio.sleep(min(1.0, left))
            left -= 1.0


def seconds(said: str, now: str) -> float:
    """A Retry-After of seconds or of a date (RFC 9110 10.2.3), held against the answer's own Date. 0 for nonsense.

    >>> seconds("7", ""), seconds("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:29 GMT"), seconds("soon", "")
    (7.0, 30.0, 0.0)
    """
    if said.strip().isascii() and said.strip().isdigit():
        return float(said)
    until, since = _date(said), _date(now)
    return max(0.0, (until - since).total_seconds()) if until and since else 0.0


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
