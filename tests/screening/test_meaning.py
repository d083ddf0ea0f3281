"""Is the brand meant, or the word? Titles written by hand, both languages; nothing but names in the registry."""

from __future__ import annotations

import pytest

from monitor.model.listing import Listing
from monitor.model.registry import Brand
from monitor.screening.index import Finder
from monitor.screening.meaning import WEIGHTS
from monitor.screening.segments import inside_word
from monitor.screening.usage import Judged, UsageJudge
from monitor.screening.vocabulary import any_of, descriptors, goods, meanings, phrase, sells, senses, words
from monitor.screening.wordiness import another_word, level

NAMES = (
    ("apple", "Apple", "苹果"), ("xiaomi", "小米", "MI"), ("hyundai", "现代", "Hyundai"), ("hero", "英雄"), ("mini", "MINI", "迷你"), ("three", "3"),
    ("w", "W"), ("top", "Top", "Tops"), ("with", "With"), ("set", "Set"), ("green", "Green"), ("titan", "Titan"), ("mobile", "移动"), ("midea", "美的", "Midea"),
    ("deli", "得力", "deli"), ("golden-girl", "Golden Girl"), ("colorplus", "ColorPlus"), ("off-white", "Off-White"), ("lumora", "Lumora", "露默莱"), ("boat", "boAt"),
    ("honda", "本田"), ("redbull", "红牛"), ("samsung", "三星", "Samsung"), ("huawei", "华为", "HUAWEI"), ("fashion", "S.Fashion"), ("threem", "3M"), ("jean", "Denim"),
    ("wedgwood", "Wedgwood"), ("tops-paper", "TOPS"), ("gopro", "GoPro"), ("li-ning", "LI-NING", "李宁"), ("nike", "Nike", "耐克"),
)  # fmt: skip
BRANDS = tuple(Brand(brand_id=brand_id, name=names[0], aliases=tuple(names[1:])) for brand_id, *names in NAMES)
FINDER, JUDGE = Finder.build(BRANDS), UsageJudge.build(BRANDS)


def judged(title: str) -> tuple[Judged, ...]:
    return JUDGE(Listing(title=title), FINDER.find([("title", title)]))


def meant(title: str) -> set[str]:
    return {one.brand_id for one in judged(title) if one.usage not in (None, "descriptive")}


@pytest.mark.parametrize(
    ("title", "brand_id"),
    [
        ("苹果 iPhone 13 128G 全网通手机", "apple"),
        ("适用苹果华为安卓三合一数据线", "apple"),
        ("小米（MI）空气净化器4 家用", "xiaomi"),
        ("HYUNDAI现代 汽油发电机 5kw", "hyundai"),
        ("英雄 钢笔 616 学生练字", "hero"),
        ("W Women Navy Printed Straight Kurta", "w"),
        ("Titan Men Black Analogue Watch", "titan"),
        ("titan 9322ql stainless steel travel alarm clock", "titan"),
        ("Golden Girl White Solid Lightly Padded Bra", "golden-girl"),
        ("boAt Wave Lite smartwatch with 1.7 inch display", "boat"),
        ("【特价】移动 流量卡 0月租 全国通用", "mobile"),
        ("美的空调1.5匹变频冷暖挂机", "midea"),
        ("得·力 同款钥匙箱壁挂", "deli"),
        ("3M Post-it notes 12 pads", "threem"),
        ("Blue willow teapot 1.1L - Wedgwood", "wedgwood"),
        ("Legal pads, 8.5 x 11, dozen, by TOPS", "tops-paper"),
        ("Lumora scented candle set", "lumora"),
        ("Scented candle, glass jar, lumora", "lumora"),
        ("Green® toilet cleaner 750 ml", "green"),
        ("verbatim mount for go pro", "gopro"),
        ("大众汽车 三星固态硬盘 行车记录仪", "samsung"),
        ("得力 马克笔 手绘套装", "deli"),
        ("得力白板 支架式 教学", "deli"),
        ("小米加湿器 卧室静音", "xiaomi"),
        ("美的洗碗机 嵌入式", "midea"),
        ("小米直流塔扇 桌面", "xiaomi"),
        ("美的智能马桶盖 即热", "midea"),
        ("Apple trackpad white", "apple"),
    ],
)
def test_a_brand_that_is_meant_is_found(title: str, brand_id: str) -> None:
    assert brand_id in meant(title), judged(title)


@pytest.mark.parametrize(
    ("title", "brand_id"),
    [
        ("山东红富士苹果5斤 新鲜水果", "apple"),
        ("Fresh dried apple rings 500 g", "apple"),
        ("沁州黄小米 五谷杂粮 2斤", "xiaomi"),
        ("现代简约布艺沙发 小户型", "hyundai"),
        ("英雄联盟 手办 摆件", "hero"),
        ("家用迷你小风扇 静音", "mini"),
        ("Crop top with 3/4 sleeve, V neck, mini skirt set", "mini"),
        ("Crop top with 3/4 sleeve, V neck, mini skirt set", "top"),
        ("Crop top with 3/4 sleeve, V neck, mini skirt set", "with"),
        ("Crop top with 3/4 sleeve, V neck, mini skirt set", "set"),
        ("Crop top with 3/4 sleeve, V neck, mini skirt set", "three"),
        ("Women Summer Tank Tops Plus Size", "top"),
        ("Women Solid Color Plus Size Vest", "colorplus"),
        ("Men Off-White Slim Fit Shirt", "off-white"),
        ("Linen cushion cover, green leaf print", "green"),
        ("可移动 置物架 厨房", "mobile"),
        ("移动硬盘 1TB 高速", "mobile"),
        ("精美的陶瓷茶具礼盒", "midea"),
        ("妈妈的得力助手 折叠凳", "deli"),
        ("拼音本田字格 小学生练习本", "honda"),
        ("大红牛皮 单肩包", "redbull"),
        ("USB cable 0.3m nylon", "threem"),
        ("Women's Fashion Summer Dress", "fashion"),
        ("High waist denin shorts", "jean"),
        ("Face mask, cotton lining, washable", "li-ning"),
        ("HORRIBLE TITAN IDEA print t-shirt", "titan"),
        ("健身器材 值得·力量训练", "deli"),
        ("小米脱皮机 小型", "xiaomi"),
        ("可移动衣架 落地", "mobile"),
        ("小米 农家自种 熬汤", "xiaomi"),
        # things, animals and places that are called so
        ("陕北小米 熬粥用 5斤", "xiaomi"),
        ("苹果脆片 果蔬干 办公零食", "apple"),
        ("中式现代实木书架", "hyundai"),
        ("抗日英雄故事绘本 全套", "hero"),
        ("福禄寿三星高照 摆件", "samsung"),
        ("Apple basket decor for autumn", "apple"),
        ("Nike goddess of victory statue resin", "nike"),
        # what shows or tells of something
        ("Titan paperback novel, space opera", "titan"),
    ],
)
def test_a_word_that_is_only_a_word_stays_quiet(title: str, brand_id: str) -> None:
    assert brand_id not in meant(title), judged(title)


@pytest.mark.parametrize(
    ("name", "title", "usage"),
    [
        # the other meaning of a name that everybody knows, told by a word anywhere in the title
        ("Nike", "Nike and Athena: Greek mythology for children", "descriptive"),
        ("Nike", "Nike Victory polo, slim fit, navy", "own"),
        ("亚马逊", "热带雨林探险记 亚马逊的秘密", "descriptive"),
        ("亚马逊", "亚马逊 echo dot 智能音箱", "own"),
        ("Delta", "Delta blues slide guitar lessons", None),
        ("Delta", "Delta shower head chrome", "own"),
        ("水星", "水星与金星 太阳系挂图 教室用", "descriptive"),
        ("水星", "水星路由器 双频 千兆", "own"),
        # a word that describes goods is a maker all the same among the goods that he makes, first in the title
        ("先锋", "先锋低音炮 车载 大功率", "own"),
        ("先锋", "先锋岗位 标识牌 定制", None),
        ("清风", "清风抽纸 三层 18包", "own"),
        ("清风", "清风拂面 真丝团扇", "descriptive"),
        ("Noise", "Noise smartwatch with 1.8 inch display", "own"),
        ("Noise", "Noise reduction foam panels, 12 pcs", "descriptive"),
        # what its maker sells, right behind the name; other goods say nothing
        ("潘多拉", "轻奢小众 潘多拉串珠 情人节", "own"),
        ("潘多拉", "轻奢小众 潘多拉香薰 情人节", "descriptive"),
        ("Champion", "Warm lined champion hoodie, grey", "own"),
        ("Champion", "Grey champion mousepad for gamers", "descriptive"),
        ("七彩虹", "七彩虹显卡 战斧 8G", "own"),
        # a phrase that begins with the name, but where the maker's goods stand right behind
        ("外星人", "外星人头饰 派对", None),
        ("外星人", "外星人头戴耳机 电竞", "own"),
        ("小米", "小米蕉 新鲜水果", None),
        # every Latin word is a place in front of a river; of a word that goes on in a sentence no goods are told
        ("Wedgwood", "Wedgwood county road atlas", None),
        ("Wedgwood", "Wedgwood teapot blue", "own"),
        ("Hero", "Hero of the harbour, hardback", "descriptive"),
        ("Hero", "Hero scooter brake shoe", "own"),
        # what owns something is no maker
        ("巨人", "巨人的花园 双语", "descriptive"),
        ("博士", "博士的实验室", "descriptive"),
        # cloth is no picture
        ("Coach", "Coach canvas shoulder bag, brown", "own"),
        ("Coach", "Coach canvas wall art, vintage", "descriptive"),
    ],
)
def test_what_a_name_means_besides_its_maker(name: str, title: str, usage: str | None) -> None:
    brands = [Brand(brand_id="b", name=name)]
    (one, *_) = UsageJudge.build(brands)(Listing(title=title), Finder.build(brands).find([("title", title)]))
    assert one.usage == usage, one


def test_a_kind_of_meanings_stands_for_its_line_and_a_plural_counts() -> None:
    assert {"zoo", "mountain lion"} <= set(meanings()["puma"]) and not any(name.startswith("@") for name in meanings())
    found = phrase("canon")
    assert found and found.match(" balls") and found.match("-ball") and not found.match(" ballad")


@pytest.mark.parametrize("name", sorted(meanings()))
def test_no_list_speaks_against_its_own_name_or_its_makers_goods(name: str) -> None:
    others = meanings()[name]
    assert not any_of(others).search(name)
    assert not {*others} & {*senses().get(name, ()), *sells().get(name, ())}


def test_an_answer_names_its_evidence_and_the_weights_add_up() -> None:
    (one,) = (one for one in judged("Titan Men Black Slim Belt") if one.brand_id == "titan")
    assert one.evidence == ("word", "first", "for-whom") and sum(WEIGHTS[piece] for piece in one.evidence) == 4


def test_a_dropped_candidate_says_why() -> None:
    whys = {(one.brand_id, one.why) for title in ("大红牛皮 单肩包", "High waist denin shorts", "家用迷你小风扇") for one in judged(title)}
    assert {("redbull", "inside-a-word"), ("jean", "misspelt-word"), ("mini", "ordinary-word")} <= whys


def test_a_likeness_that_is_too_little_is_called_no_ordinary_word() -> None:
    brands, title = [Brand(brand_id="nike", name="耐克")], "家用加厚奈克毛巾"
    (one,) = UsageJudge.build(brands)(Listing(title=title), Finder.build(brands).find([("title", title)]))
    assert (one.match.method, one.usage, one.why) == ("homophone", None, "unsure-guess")


def test_classes_and_category_can_only_speak_for_a_brand() -> None:
    brand = Brand(brand_id="wave", name="Wave", nice_classes=frozenset({9}))
    finder, bare, told = Finder.build([brand]), UsageJudge.build([Brand(brand_id="wave", name="Wave")]), UsageJudge.build([brand])
    for title, category, nice_class in (("summer wave print towel", "", None), ("bluetooth speaker, wave", "", None), ("summer wave", "phones", 9)):
        listing, matches = Listing(title=title, category=category, nice_class=nice_class), finder.find([("title", title)])
        without, with_classes = bare(listing, matches)[0], told(listing, matches)[0]
        assert sum(WEIGHTS[piece] for piece in with_classes.evidence) >= sum(WEIGHTS[piece] for piece in without.evidence)


def test_categories_of_the_registry_add_to_the_goods_that_are_known() -> None:
    brand = Brand(brand_id="xiaomi", name="小米", categories=("phones",))
    for title, usage in (("小米加湿器 静音", "own"), ("小米手机 12+256G", "own"), ("小米 南瓜 熬汤", "descriptive")):
        assert UsageJudge.build([brand])(Listing(title=title), Finder.build([brand]).find([("title", title)]))[0].usage == usage


def test_a_brand_that_is_no_word_by_its_registry_always_counts() -> None:
    brand = Brand(brand_id="green", name="Green", common_word=False, policy="no-online")
    title = "Cleaner, lemon, green, 750 ml"
    assert UsageJudge.build([brand])(Listing(title=title), Finder.build([brand]).find([("title", title)]))[0].usage == "own"


@pytest.mark.parametrize(
    ("before", "name", "after", "inside"),
    [
        ("精", "美的", "茶具", True), ("", "美的", "空调", False), ("大", "红牛", "皮包", True), ("正品", "红牛", "饮料", False),
        ("拼音", "本田", "字格", True), ("", "本田", "雅阁", False), ("适用于", "华为", "荣耀", False), ("充", "移动", "电源", True),
        ("", "大众", "汽车", False), ("全网", "苹果", "绿卡", True), ("abc", "三星", "", False),
    ],
)  # fmt: skip
def test_words_around_a_han_name(before: str, name: str, after: str, inside: bool) -> None:
    assert inside_word(before, name, after) is inside


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("3", "number"), ("3m", "measure"), ("w", "letter"), ("hp", "rare"), ("mi", "pair"), ("b2", "code"), ("tops", "descriptor"), ("迷你", "descriptor"),
        ("color plus", "descriptors"), ("golden girl", "descriptors"), ("royal albert", "phrase"), ("titan", "word"), ("samsung", "rare"), ("lumora", "rare"), ("苹果", "word"), ("华为", "rare"),
    ],
)  # fmt: skip
def test_how_much_of_a_name_is_a_word(spelling: str, expected: str) -> None:
    assert level(spelling) == expected


def test_another_known_name_is_no_misspelling() -> None:
    assert another_word("nikon", "nicon") and another_word("dresse", "dressa") and not another_word("adiddas", "adidas")


def test_word_lists_are_folded_and_hold_no_name_twice() -> None:
    for name in ("descriptors_en", "descriptors_zh", "famous", "makers", "platforms", "peripherals"):
        assert all(word == word.lower() for word in words(name)), name
    assert not words("famous") & words("descriptors_en")
    assert {"25", "9", "phones"} <= set(goods()) and senses()["苹果"]
    assert any_of(("壳", "case")).search("phone cases") and not any_of(("case",)).search("showcase") and "迷你" in descriptors()


@pytest.mark.parametrize(("title", "named"), [("361 运动鞋 男 夏季", True), ("夏季透气 361 跑鞋", True), ("garden chair 361", False), ("螺丝 361 不锈钢", False)])
def test_a_number_that_the_registry_calls_a_name_is_one_among_its_goods(title: str, named: bool) -> None:
    brands = (Brand(brand_id="n", name="361°", categories=("sport", "shoes"), common_word=False),)
    found = UsageJudge.build(brands)(Listing(title=title), Finder.build(brands).find([("title", title)]))
    assert [one.usage == "own" for one in found] == [named]


@pytest.mark.parametrize(("title", "usages"), [("男鞋 黎巴欧莱雅 气垫", {"黎巴欧莱雅": "own"}), ("夏季新款迪凱拉克包邮", {"迪凱拉克": "own"}), ("new HUAWEI MATEx9 wireless earbuds", {"HUAWEI": "own"}), ("阿迪斯达跑鞋", {"阿迪斯达": "own"})])
def test_a_guess_that_nobody_takes_hides_no_name_inside_of_it(title: str, usages: dict[str, str]) -> None:
    """A wrong clear: what looked like a longer name was too weak, and the name as it is went with it."""
    brands = (Brand(brand_id="loreal", name="欧莱雅", aliases=("巴黎欧莱雅",), categories=("beauty",)), Brand(brand_id="adidas", name="阿迪达斯", aliases=("阿迪",)), Brand(brand_id="huawei", name="Huawei", aliases=("Huawei Mate",), categories=("phones",)), Brand(brand_id="car", name="凱迪拉克"))
    found = UsageJudge.build(brands)(Listing(title=title), Finder.build(brands).find([("title", title)]))
    assert {one.match.text: one.usage for one in found if one.usage} == usages


def test_a_hidden_name_owns_nothing_as_a_person_does() -> None:
    assert meant("苹·果的故事 绘本") and not meant("苹果的故事 绘本") and meant("苹果的 用了半年 无磕碰")
