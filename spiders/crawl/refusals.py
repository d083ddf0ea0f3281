"""Why an address gave nothing to read, as a message key: the person who configured it can then do something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from monitor.model.problem import Problem
from spiders.crawl.borders import Outside

if TYPE_CHECKING:
    from twisted.python.failure import Failure

GONE = (404, 410)
# Twisted's and Scrapy's names for one thing changed in 2.15: told apart by the name of the class.
KINDS = (
    ("crawl.slow", ("DownloadTimeoutError", "TimeoutError", "TCPTimedOutError")),
    ("crawl.no-host", ("CannotResolveHostError", "DNSLookupError")),
    ("crawl.no-connection", ("DownloadConnectionRefusedError", "ConnectionRefusedError", "ConnectError")),
    ("crawl.cut", ("ResponseDataLossError",)),
    ("crawl.too-big", ("DownloadCancelledError", "CancelledError")),
)
WORDS = (
    ("crawl.tls", ("certificate", "ssl", "tls")), ("crawl.cut", ("dataloss", "data loss", "potentialdataloss", "not completely written")),
    ("crawl.too-big", ("maxsize", "larger than")),
)  # fmt: skip


def refusal(failed: Failure) -> Problem:
    """The problem of a failed request; its place is the address that was configured or found first."""
    request, error = failed.request, failed.value  # type: ignore[attr-defined]  # Scrapy sets it
    asked = (*request.meta.get("redirect_urls", ()), request.url)[0]
    key, params = _said(error, request.url)
    return Problem(code=key, source=asked, loss="rest", params=params)


def gone(failed: Failure) -> bool:
    """Does the shop say that there is nothing at this address any more?"""
    return isinstance(failed.value, HttpError) and failed.value.response.status in GONE


def _said(error: BaseException | None, url: str) -> tuple[str, dict[str, str]]:
    if isinstance(error, Outside):
        return "crawl.outside", {"to": error.url[:200]}
    if isinstance(error, HttpError):
        return _status(error.response)
    text = f"{error!r} {getattr(error, 'reasons', '')} {getattr(error, '__cause__', '')!r}".lower()
    if isinstance(error, IgnoreRequest) and "robots" in text:
        return "crawl.robots", {}
    if isinstance(error, IgnoreRequest) and "redirections" in text:
        return "crawl.redirects", {"to": url[:200]}
    names = {kind.__name__ for kind in type(error).__mro__}
    for key, words in WORDS:
        if any(word in text for word in words):
            return key, {}
    for key, kinds in KINDS:
        if names & set(kinds):
            return key, {}
    return "crawl.failed", {"why": f"{type(error).__name__}: {error}"[:200]}


def _status(response: Any) -> tuple[str, dict[str, str]]:
    status = response.status
    params = {"status": str(status)}
    if status in GONE:
        return "crawl.gone", params
    if status in (401, 403):
        return "crawl.forbidden", params
    if status == 429:
        return "crawl.too-many", params | {"wait": response.headers.get("Retry-After", b"?").decode("latin-1")[:40]}
    if status >= 500:
        return "crawl.server", params
    if 300 <= status < 400:
        return "crawl.outside", {"to": response.headers.get("Location", b"").decode("latin-1")[:200]}
    return "crawl.status", params
