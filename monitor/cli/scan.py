"""`scan`: one run over the configured sources, through Scrapy; what changed since the last one."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.face import Face, on_terminal, pass_face
from monitor.cli.stopping import Stopping
from monitor.errors import ConfigError
from monitor.messages import failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from monitor.config import Config
    from monitor.crawling import Crawling
    from monitor.model.registry import Shop
    from monitor.model.settings import ScanSettings, Source
    from monitor.scan import Scan, ScanResult
    from monitor.store.changes import Changed

Visit = Callable[..., None]
SHOWN = 10  # changes told one by one


@click.command(short_help="What changed in my shops since the last scan?")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--config", "file", type=click.Path(path_type=Path, dir_okay=False), help="The settings (default: monitor.toml here).")
@click.option("--fewer-ok", is_flag=True, help="The shop did shrink: do not take few listings for a broken export.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", default=2, show_default=True, help="Processes that screen a long file side by side.")
@pass_face
def scan(face: Face, sources: tuple[str, ...], file: Path | None, fewer_ok: bool, workers: int) -> int:
    """Read the [[sources]] of monitor.toml (all, or those named), screen every listing, keep it, tell what changed.

    Then what is due goes to the [[channels]]. A scan that did not see the whole shop closes nothing and says so.

    \b
    listing-monitor scan
    listing-monitor scan taobao etsy --config shop/monitor.toml
    For every morning:  listing-monitor schedule

    Exit codes: 0 the whole shop was seen; 3 something could not be read, or nothing was there; 4 the database
    or a channel failed; 130 stopped with Ctrl-C: what was read is kept, nothing is closed or sent.
    """
    return scan_once(face, file or Path("monitor.toml"), sources, date.today(), visit, fewer_ok=fewer_ok, workers=workers)


def scan_once(face: Face, file: Path, sources: Sequence[str], day: date, visit: Visit, *, fewer_ok: bool = False, workers: int = 1) -> int:
    """One scan from settings to alerts; the exit code. `visit` crawls the chosen sources."""
    from monitor.cli.audit import tell_problems, tell_registry_faults
    from monitor.config import load_config
    from monitor.store import open_store
    from monitor.wiring import addressed, assemble, channel_kinds

    config = load_config(file if file.exists() or file != Path("monitor.toml") else None)
    chosen = choose(config.scanning.sources, sources, file)
    channel_kinds(config.scanning.channels)
    registry, screener = assemble(config, day)
    check_shops(chosen, registry.shops)
    config = replace(config, shops=registry.shops)  # a source's shop may stand in the registry: it tells the marketplace, too
    settings = addressed(config.scanning, registry)
    engine = open_store(config.scanning.store.url)
    from monitor.crawling import Crawling
    from monitor.scan import Scan

    with Stopping() as stopping:
        scan = Scan.begin(engine, screener=screener, registry=registry, settings=settings, sources=chosen, now=now())
        crawling = Crawling(screener=screener, scan=scan, workers=workers, watch=None if face.quiet or not on_terminal() else Counter(face))
        result = visit_and_close(crawling, scan, lambda: visit(crawling, chosen, config, file, stopping, debug=face.debug), stopping, fewer_ok=fewer_ok)

    def tell() -> None:
        if crawling.watch:
            click.echo("\r\x1b[K", nl=False, err=True)
        tell_registry_faults(face, registry)
        tell_problems(face, crawling.tally)
        tell_result(face, result, engine, [one.name for one in chosen])

    if stopping.by_hand:
        tell()
        click.echo(face.say("scan-command.stopped"), err=True)
        return 130
    code = tell_and_send(face, engine, config.scanning, tell)
    return code if result.complete else 3


def tell_and_send(face: Face, engine: Engine, settings: ScanSettings, tell: Callable[[], None]) -> int:
    """Alerts go out whoever listens to what is told: `scan | head -1` closes the pipe, a full disk refuses the log."""
    from monitor.cli.alerts import send_due
    from monitor.cli.streams import unheard

    try:
        with unheard():
            tell()
    finally:
        code = send_due(face, engine, settings)
    return code


def now() -> datetime:
    return datetime.now(UTC)


def choose(known: Sequence[Source], names: Sequence[str], file: Path) -> list[Source]:
    """The sources to read. ConfigError names what monitor.toml has, or what to write into it."""
    if not known:
        raise failure(ConfigError, "scan-command.no-sources" if file.exists() else "scan-command.no-settings", file=file, folder=Path.cwd())
    for name in names:
        if name not in {one.name for one in known}:
            raise failure(ConfigError, "crawl.no-source", name=name, known=", ".join(one.name for one in known))
    return [one for one in known if not names or one.name in names]


def check_shops(sources: Sequence[Source], shops: Sequence[Shop]) -> None:
    """ConfigError for a source's shop that is none of those listed: its papers would not count, its findings would be new ones."""
    from monitor.wiring import Unheard, meant, shops_by_name

    known = shops_by_name(shops)
    for source in sources:
        try:
            meant([source.shop] if source.shop and known else [], known)
        except Unheard as error:
            raise failure(ConfigError, "scan-command.no-shop", source=source.name, shop=error.name, near=error.near) from error


def visit_and_close(crawling: Crawling, scan: Scan, crawl: Callable[[], None], stopping: Stopping, *, fewer_ok: bool) -> ScanResult:
    """Whatever happens, the scan is closed. ServiceError where the database failed on the way."""
    try:
        crawl()
    finally:
        why = crawling.why()
        if crawling.broken is None:
            result = scan.close(why is None, why or "", now(), fewer_ok=fewer_ok, told=not stopping.by_hand)
    if crawling.broken is not None:
        raise crawling.broken
    return result


def visit(crawling: Crawling, chosen: Sequence[Source], config: Config, file: Path, stopping: Stopping, *, debug: bool) -> None:
    """Crawl every source at once, in this process."""
    import asyncio

    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    # The registry stays for good and listings make no cycles: the collector need not walk them again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    process = AsyncCrawlerProcess(Settings(crawl_settings(file, debug=debug)))
    tasks: dict[str, Any] = {}
    for source in chosen:
        crawling.begin(source.name)
        crawler = process.create_crawler(source.kind)
        tasks[source.name] = process.crawl(crawler, source=source, platform=config.platform(source.shop), crawling=crawling)
    if not stopping.asked:
        from twisted.internet import reactor

        async def end() -> None:
            await process.stop()
            with suppress(RuntimeError):  # it has ended by itself
                reactor.stop()  # type: ignore[misc]  # a crawl that was only about to begin would never end

        stopping.calls(lambda: reactor.callFromThread(lambda: asyncio.ensure_future(end())))
        process.start(install_signal_handlers=False)
    for name, task in tasks.items():
        if task.done() and not task.cancelled() and (error := task.exception()):
            crawling.fault(name, error)


def visit_files(crawling: Crawling, chosen: Sequence[Source], config: Config, file: Path, stopping: Stopping, *, debug: bool) -> None:
    """The same for sources that are files only, without a reactor: several scans can follow each other in one process."""
    import asyncio

    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings

    nothing = {"DOWNLOAD_HANDLERS": {"http": None, "https": None}, "TWISTED_REACTOR_ENABLED": False}

    async def crawl() -> None:
        runner = AsyncCrawlerRunner(Settings({**crawl_settings(file, debug=debug), **nothing}))
        for source in chosen:
            crawling.begin(source.name)
            if stopping.asked:
                continue
            await runner.crawl(runner.create_crawler(source.kind), source=source, platform=config.platform(source.shop), crawling=crawling)

    asyncio.run(crawl())


def crawl_settings(file: Path, *, debug: bool) -> dict[str, Any]:
    """Scrapy's settings for a crawl of ours. The spiders are named, never imported: they are a package of their own."""
    return {
        "SPIDER_MODULES": ["spiders.crawl"], "ADDONS": {"monitor.addon.ListingMonitor": 300}, "LISTING_MONITOR_CONFIG": str(file),
        "LOG_ENABLED": debug, "LOG_LEVEL": "DEBUG",
    }  # fmt: skip


class Counter:
    """A running count on the terminal, a few times a second at most."""

    def __init__(self, face: Face) -> None:
        self.face, self.shown = face, 0

    def __call__(self, count: int) -> None:
        if count - self.shown >= 1000:
            self.shown = count
            click.echo(f"\r{count:,} {self.face.say('cli.reading')}", nl=False, err=True)


def tell_result(face: Face, result: ScanResult, engine: Engine, sources: Sequence[str], done: str = "scan-command.done") -> None:
    """What changed, and loudly what was not seen; `done` is the sentence that says what was done.

    What a scan stored before it was stopped is told here, too: its own process told nobody.
    """
    from monitor.store.changes import count, of_scans

    scans = [result.scan_id, *(int(died.params["scan"]) for died in result.unfinished)]
    changes = count(engine, scans)
    for died in result.unfinished:
        click.echo(face.problem(died), err=True)
    click.echo(face.say(done, scan=result.scan_id, listings=f"{result.listings:,}", sources=", ".join(sources)))
    if not changes and result.complete:
        click.echo(face.say("scan-command.unchanged"))
    for one in of_scans(engine, scans, SHOWN) if changes else ():
        for line in changed_lines(face, one):
            click.echo(line)
    if changes > SHOWN:
        click.echo(face.say("scan-command.more", count=changes - SHOWN))
    if changes:
        click.echo(face.say("scan-command.next"))
    if not result.complete:
        click.echo(face.say("scan-command.not-whole" if result.listings else "scan-command.failed", why=result.why(face.lang)), err=True)


def changed_lines(face: Face, one: Changed) -> list[str]:
    """A change in two lines: what and where; why, and the smallest change that helps."""
    from monitor.reports.cells import leading_reason, remedy_text
    from monitor.reports.jsonl_report import reason_sentence

    mark = face.say(f"change.{one.change}")
    levels = face.say(f"level.{one.after}") if one.change == "opened" else face.say("scan-command.levels", before=face.say(f"level.{one.before}"), after=face.say(f"level.{one.after}"))
    title = one.listing.title if len(one.listing.title) <= 60 else one.listing.title[:59] + "…"
    head = face.say("scan-command.changed", change=mark, levels=levels, brand=one.finding.brand_name, title=title, key=one.key)
    if one.change == "closed":
        return [head]
    reason, remedy = leading_reason(one.finding), remedy_text(one.finding, face.lang)
    said = [reason_sentence(reason, face.lang)] if reason else []
    said += [face.say("scan-command.remedy", remedy=remedy)] if remedy else []
    return [head, *(f"    {line}" for line in said)]
