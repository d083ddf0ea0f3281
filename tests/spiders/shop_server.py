"""A little shop on the loopback interface that behaves as badly as real ones do."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from urllib.parse import parse_qs, urlsplit

ASKED: Counter[str] = Counter()  # paths with their query, as they arrived
TIMES: dict[str, list[float]] = {}


def page(title: str, price: str = "19.90", charset: str = "utf-8") -> bytes:
    """A product page with JSON-LD."""
    data = {"@type": "Product", "name": title, "offers": {"price": price, "priceCurrency": "USD"}}
    text = f'<html><head><meta charset="{charset}"><title>{title}</title><script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script></head></html>'
    return text.encode("gb18030" if charset == "gbk" else charset)


def products(numbers: range) -> bytes:
    """A page of Shopify's list."""
    made = [
        {"id": n, "handle": f"chair-{n}", "title": f"Chair {n}", "vendor": "Own", "variants": [{"price": "12.00", "sku": f"C{n}", "available": True}]}
        for n in numbers
    ]
    return json.dumps({"products": made}).encode()


def store(numbers: range) -> bytes:
    """A page of WooCommerce's Store API."""
    prices = {"price": "2599", "currency_code": "EUR", "currency_minor_unit": 2}
    return json.dumps([{"id": n, "name": f"Lamp {n} &amp; shade", "sku": "", "permalink": "", "prices": prices} for n in numbers]).encode()


def sitemap(*urls: str, index: bool = False) -> bytes:
    name, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    inner = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return f'<?xml version="1.0"?><{name} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{name}>'.encode()


RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title>
<item><g:id>A1</g:id><g:title>N1KE shoes</g:title><g:price>20.00 USD</g:price><g:link>http://x/1</g:link></item>
<item><g:id>A2</g:id><g:title>Plain chair</g:title><g:price>9.00 USD</g:price><g:link>http://x/2</g:link></item></channel></rss>"""


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        ASKED[self.path] += 1
        TIMES.setdefault(self.path, []).append(time.monotonic())
        parts = urlsplit(self.path)
        handler = getattr(self, "get_" + parts.path.strip("/").replace("/", "_").replace(".", "_").replace("-", "_"), None)
        if handler is None:
            if parts.path.startswith("/products/"):
                return self.answer(page(f"Sitemap chair {parts.path.rsplit('/', 1)[-1]}"))
            return self.answer(b"nothing here", 404)
        number = int(parse_qs(parts.query).get("page", ["1"])[0])
        return handler(number)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        self.send_header("Content-Type", headers.pop("kind", "text/html"))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    @property
    def here(self) -> str:
        return f"http://{self.headers['Host']}"

    def get_robots_txt(self, _: int) -> None:
        self.answer(b"User-agent: *\nDisallow: /private\n", kind="text/plain")

    def get_private(self, _: int) -> None:
        self.answer(page("Private"))

    def get_good(self, _: int) -> None:
        self.answer(page("N1KE running shoes"))

    def get_gbk(self, _: int) -> None:
        self.answer(page("耐克 跑步鞋", charset="gbk"))

    def get_moved(self, _: int) -> None:
        self.answer(b"", 301, Location="/good")

    def get_elsewhere(self, _: int) -> None:
        self.answer(b"", 302, Location=f"{self.here.replace('127.0.0.1', 'localhost')}/good")

    def get_to_file(self, _: int) -> None:
        self.answer(b"", 302, Location="file:///etc/passwd")

    def get_refresh_to_file(self, _: int) -> None:
        self.answer(b'<html><head><meta http-equiv="refresh" content="0;url=file:///etc/passwd"></head><body>x</body></html>')

    def get_loop(self, _: int) -> None:
        self.answer(b"", 302, Location=f"/loop?page={time.monotonic_ns()}")

    def get_busy(self, _: int) -> None:
        if ASKED["/busy"] < 2:
            self.answer(b"slow down", 429, Retry_After="2")
        else:
            self.answer(page("Busy chair"))

    def get_always_busy(self, _: int) -> None:
        self.answer(b"slow down", 429, Retry_After="3600")

    def get_broken(self, _: int) -> None:
        self.answer(b"oh", 503)

    def get_drip(self, _: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _byte in range(200):
            try:
                self.wfile.write(b"<")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def get_cut(self, _: int) -> None:
        self.answer(page("Cut chair"), length="100000")
        self.close_connection = True

    def get_login(self, _: int) -> None:
        self.answer('<html><head><title>登录 - 店铺</title></head><script src="https://login.taobao.com/member/login.jhtml"></script></html>'.encode())

    def get_bomb(self, _: int) -> None:
        self.answer(gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")

    def get_bomb_xml_gz(self, _: int) -> None:
        self.answer(gzip.compress(b"\0" * 30_000_000), kind="application/octet-stream")

    def get_products_json(self, number: int) -> None:
        self.answer(products(range((number - 1) * 3, number * 3)) if number <= 3 else products(range(0)), kind="application/json")

    def get_endless_products_json(self, number: int) -> None:
        self.answer(products(range(number * 3, number * 3 + 3)), kind="application/json")

    def get_same_products_json(self, _: int) -> None:
        self.answer(products(range(3)), kind="application/json")

    def get_wp_json_wc_store_v1_products(self, number: int) -> None:
        self.answer(store(range(number * 2, number * 2 + 2)), kind="application/json", X_WP_TotalPages="2")

    def get_feed_xml(self, _: int) -> None:
        self.answer(RSS, kind="application/xml")

    def get_feed_xml_gz(self, _: int) -> None:
        self.answer(gzip.compress(RSS), kind="application/x-gzip")

    def get_sitemap_xml(self, _: int) -> None:
        self.answer(sitemap(f"{self.here}/sitemap_pages.xml", f"{self.here}/sitemap_products_1.xml", index=True), kind="application/xml")

    def get_sitemap_products_1_xml(self, _: int) -> None:
        far = "https://other.example/products/x"
        self.answer(sitemap(f"{self.here}/products/1", f"{self.here}/products/2", f"{self.here}/about", far, "file:///products/etc"), kind="application/xml")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def shop(tls: SSLContext | None = None) -> Iterator[str]:
    """The address of a running shop. `tls`: what it shows who asks over https."""
    ASKED.clear()
    TIMES.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
