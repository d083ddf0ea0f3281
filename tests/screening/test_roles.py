"""What does a mention do? Most Chinese titles carry no 适用: the goods and who stands first decide."""

from __future__ import annotations

import pytest

from monitor.model.listing import Listing
from monitor.model.registry import Brand
from monitor.screening.index import Finder
from monitor.screening.usage import UsageJudge

NAMES = (
    ("xiaomi", "小米", "Xiaomi"), ("apple", "苹果", "Apple", "iPhone"), ("huawei", "华为", "HUAWEI"), ("samsung", "三星", "Samsung", "Galaxy"), ("dyson", "戴森", "Dyson"),
    ("canon", "佳能", "Canon"), ("haier", "海尔", "Haier"), ("gree", "格力"), ("android", "安卓", "Android"), ("yuntang", "韵棠"), ("lenovo", "联想", "Lenovo"),
    ("nike", "耐克", "Nike"), ("brother", "Brother"), ("lumora", "Lumora", "露默莱"), ("polo", "Polo"),
)  # fmt: skip
BRANDS = tuple(Brand(brand_id=brand_id, name=names[0], aliases=tuple(names[1:])) for brand_id, *names in NAMES)
FINDER, JUDGE = Finder.build(BRANDS), UsageJudge.build(BRANDS)


def roles(title: str) -> dict[str, str | None]:
    """The first usage of each brand."""
    found: dict[str, str | None] = {}
    for one in JUDGE(Listing(title=title), FINDER.find([("title", title)])):
        if one.usage not in (None, "descriptive"):
            found.setdefault(one.brand_id, one.usage)
    return found


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        # the goods are not the phone
        ("小米13手机壳磨砂防摔", {"xiaomi": "compatible"}),
        ("小米13 5G智能手机 12+256G", {"xiaomi": "own"}),
        ("小米13 5G智能手机 送手机壳钢化膜", {"xiaomi": "own"}),
        ("华为手环6表带 硅胶替换腕带", {"huawei": "compatible"}),
        ("华为手环6 NFC版 智能运动", {"huawei": "own"}),
        ("苹果笔记本电脑包 14寸 防水", {"apple": "compatible"}),
        ("海尔空调遥控器 通用", {"haier": "compatible"}),
        ("海尔空调 1.5匹 冷暖挂机", {"haier": "own"}),
        # whoever stands first sold it
        ("韵棠 小米13手机壳 磨砂", {"yuntang": "own", "xiaomi": "compatible"}),
        ("韵棠适用于联想小新14键盘膜", {"yuntang": "own", "lenovo": "compatible"}),
        ("雅朵 联想小新14键盘膜", {"lenovo": "compatible"}),
        ("佳能（Canon）原装墨盒 PG-845", {"canon": "own"}),
        ("露默莱 收纳盒 桌面", {"lumora": "own"}),
        # an unknown word in front says that another sold it only where the goods fit a device
        ("Gently worn Nike shoulder bag", {"nike": "own"}),
        ("软底防滑耐克拖鞋 硅胶底座", {"nike": "own"}),
        ("Remanufactured toner Brother TN-450", {"brother": "compatible"}),
        ("保湿补水 露默莱面膜", {"lumora": "own"}),
        ("Fast wall charger, genuine Samsung, 25 W", {"samsung": "own"}),
        ("快充头 原装华为充电器", {"huawei": "own"}),
        # of a certain model, and not called genuine
        ("Dyson V10 filter replacement", {"dyson": "compatible"}),
        ("Dyson replacement filter", {"dyson": "own"}),
        # several in a row, systems
        ("空调罩 防尘 格力海尔通用", {"gree": "compatible", "haier": "compatible"}),
        ("蓝牙耳机 入耳式 华为苹果三星手机", {"huawei": "compatible", "apple": "compatible", "samsung": "compatible"}),
        ("游戏手柄 无线 安卓", {"android": "compatible"}),
        # English says it
        ("USB-C cable for Samsung Galaxy S23", {"samsung": "compatible"}),
        ("Apple iPhone 13 128GB midnight", {"apple": "own"}),
        ("Brother TN-330 toner cartridge black", {"brother": "own"}),
        ("Filter compatible with Dyson V8", {"dyson": "compatible"}),
        # an English phrase ends with what the goods are; what comes with them is not what they are
        ("iPhone 15 case clear", {"apple": "compatible"}),
        ("Samsung Galaxy S22 Screen Protector 3 Pack", {"samsung": "compatible"}),
        ("Lenovo laptop charger 65W", {"lenovo": "compatible"}),
        ("Lenovo Yoga 7 Laptop with Sleeve and Charger", {"lenovo": "own"}),
        ("Samsung Galaxy A15 Smartphone, case included", {"samsung": "own"}),
        ("Samsung Dual-Band Router AX3000", {"samsung": "own"}),
        ("Canon PG-40 Ink Cartridge Remanufactured", {"canon": "compatible"}),
        ("Canon Genuine LP-E17 Camera Battery", {"canon": "own"}),
        ("Canon EOS M50 eye cup, lens cap replacement", {"canon": "own"}),
        ("Canon EOS M50 screen protector replacement", {"canon": "compatible"}),
        ("Letter trays, stackable, holders by Lumora", {"lumora": "own"}),
        # a Latin model behind an accessory is no device of its own; what is added or left out is not sold
        ("苹果手机壳iPhone12 防摔", {"apple": "compatible"}),
        ("佳能墨盒 +2支架", {"canon": "compatible"}),
        ("海尔电话机 免电池", {"haier": "own"}),
        ("华为手环6 腕带", {"huawei": "compatible"}),
        ("华为手环6 黑色腕带", {"huawei": "own"}),
        ("联想显示器 27寸 +支架", {"lenovo": "own"}),
        ("露默莱Lumora适用于联想键盘膜", {"lumora": "own", "lenovo": "compatible"}),
        # words that only look like one of fit or likeness
        ("露默莱 Type-C数据线 快充", {"lumora": "own"}),
        ("露默莱 风铃挂件 庭院", {"lumora": "own"}),
        ("Women running jacket inspired by Nike", {"nike": "comparison"}),
        ("耐克平替 跑步鞋", {"nike": "comparison"}),
        ("非耐克 国产跑鞋", {"nike": "negated"}),
        ("Not Canon original, third party battery", {"canon": "negated"}),
        ("Slim Fit Polo collar t-shirt", {}),
    ],
)
def test_role(title: str, expected: dict[str, str]) -> None:
    assert roles(title) == expected


def test_a_far_word_of_fit_excuses_no_disguise() -> None:
    assert roles("适用小米手环4表带 N1KE").get("nike") == "own"


def test_a_long_text_of_many_mentions_is_judged_in_order_and_bounded() -> None:
    title = "小米13手机壳 送手机壳 " * 2000
    matches = FINDER.find([("title", title)])
    found = JUDGE(Listing(title=title), matches)
    assert [one.match.start for one in found] == sorted(one.match.start for one in found) and len(found) >= len(matches) > 100
    assert {one.usage for one in found} == {"compatible"}
