"""The files of a new workspace: settings with comments in both languages, empty tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.registry_files.write import save_templates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = """\
# Settings of listing-monitor. Paths are as seen from this file.
# listing-monitor 的设置。路径以本文件所在位置为准。

[registry]
# Your brands, papers, guide prices, suppliers and purchases, laid over the starter registry.
# 您的品牌、授权、指导价、供应商与进货记录，叠加在自带品牌库之上。
# The workbook holds the same tables; fill one of the two: path = "registry.xlsx". 工作簿里是同样的表，两者填一个即可。
path = "registry"

# Your shops: whose papers count where. 您的店铺：决定使用哪家公司的授权。
# [[shops]]
# id = "s1"
# platform = "taobao"
# name = "My shop 我的店"
# company = "Company as on the papers 授权书上的公司名称"
# territory = "CN"

# Where your listings come from, for the daily scan: exports (files, a folder of downloads), pages (saved pages, addresses
# of your own listings), feed (a Merchant feed, products.json of Shopify, the Store API of WooCommerce, a sitemap).
# 每日扫描的商品来源：exports（导出文件或下载文件夹）、pages（保存的网页或自家商品网址）、feed（商品数据源、站点地图等）。
# [[sources]]
# name = "taobao"
# kind = "exports"
# path = "~/Downloads"
# shop = "s1"

# Who is told what changed; secrets stay in the environment. Try it: listing-monitor alerts test
# 变化通知谁；密钥只放在环境变量中。试一试：listing-monitor alerts test
# kind: webhook dingtalk feishu wecom slack discord teams email
# [[channels]]
# name = "chat"
# kind = "dingtalk"
# url = "env:DINGTALK_URL"
# secret_env = "DINGTALK_SECRET"
# min_level = "high"
# lang = "zh"

# [alerts]
# quiet_hours = "22:00-07:30"
# zone = "Asia/Shanghai"
# A sign of life, Mondays at nine: silence then means that nothing runs. 每周一九点报平安：收不到就说明程序没有运行。
# heartbeat = "0 9 * * 1"

# What runs when, while listing-monitor schedule runs (minute hour day month weekday).
# 定时任务（分 时 日 月 星期），由 listing-monitor schedule 执行。
# [[schedule]]
# name = "morning"
# cron = "36 7 * * *"
# zone = "Asia/Shanghai"
# command = "scan"

# Your own weights and levels; the shipped file is config/policy.toml. 自定义权重与级别。
# [policy]
# path = "policy.toml"
"""


def write_workspace(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Every file of the workspace and whether it was written; what is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "monitor.toml"
    if settings.exists():
        yield settings, False
    else:
        settings.write_text(SETTINGS, encoding="utf-8")
        yield settings, True
    tables, workbook = folder / "registry", folder / "registry.xlsx"
    if tables.exists() and any(tables.iterdir()):
        yield tables, False
    else:
        yield from ((path, True) for path in save_templates(tables))
    if workbook.exists():
        yield workbook, False
    else:
        yield from ((path, True) for path in save_templates(workbook))
