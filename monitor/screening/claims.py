"""Words that speak about the goods or the seller: copies, altered codes, claimed standing, parallel import.

Each list is one linear pattern over folded text. What looks alike and means something else is named beside
it: AAA batteries, a 1:1 scale model, 高仿真 flowers, 防水货架, 非官方.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal

from monitor.screening.plain import seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.model.listing import Listing

Kind = Literal["copy", "altered", "claim", "parallel"]
READ_FIELDS = ("title", "keywords", "description", "attributes")


@dataclass(frozen=True, slots=True)
class Said:
    """A word of one of the lists; `start` and `end` count code points of the raw field."""

    kind: Kind
    field: str
    start: int
    end: int
    text: str


COPY = re.compile(
    r"""高仿(?!真)|精仿(?!真)|超仿(?!真)|仿[品货版](?!古)|复刻|山寨
    |(?<![\d:.比])1\s?[:比]\s?1(?![\d:.比])
    |(?<![a-z0-9])(?:顶级|超)?aa?a?\s?货|超\s?a(?![a-z0-9])|顶级a货|(?<![a-z0-9])aaa\+*(?![a-z0-9])
    |原单(?![号位价据词元一个])|(?:莆田|福建)\s?(?:纯原|复刻|工厂|鞋|货|版)|纯原(?:版|品质|级|质量)|公司级(?=版|复刻|品质)
    |(?<![a-z])(?:replicas?|knock\s?-?\s?offs?|counterfeits?|(?:super|high|first|mirror)\s(?:copy|copies|clones?)|mirror\squality|bootlegs?(?=\s(?:version|copy|copies)))(?![a-z])""",
    re.X,
)
ALTERED = re.compile(
    r"""(?:[刮剪割撕去拆磨抹挖除][\s/]?)(?:码|标|防伪码|吊牌码|领标|水洗标|批号|序列号|二维码|条码|追溯码|溯源码|生产日期)(?![签识题记准机器刀钳])
    |(?<![有断偏])无(?:追溯|溯源|防伪|喷|批号?|箱|内|瓶|底)?码(?![数率流头段字洞])
    |(?<![a-z])(?:codes?|labels?|tags?|barcodes?|qr\scodes?|holograms?|(?:serial|batch|lot)\s(?:numbers?|codes?|no\.?))\s(?:(?:is|are|was|were|has|have|been|partly|all)\s){0,3}(?:removed|cut|cut\soff|scratched|scraped|erased|defaced|sanded|ground\soff|missing)(?![a-z])
    |(?<![a-z])(?:cut|removed|scratched|erased|defaced|missing)\s(?:labels?|tags?|codes?|barcodes?|(?:serial|batch|lot)\s(?:numbers?|codes?))(?![a-z])
    |(?<![a-z])(?:decoded|de-coded|de-?labell?ed)(?![a-z])""",
    re.X,
)
NOT_OFFICIAL = (
    r"size|sized|weight|length|height|diameter|dimensions?|measurements?|rules?|rulebook|regulations?|ball|balls|"
    r"baseball|softball|football|basketball|volleyball|soccer|tennis|rugby|game|games|match|tournament|league|standard|standards|"
    r"specs?|specifications?|soundtrack|trailer|movie|score|guide|handbook|colou?rs?|documents?|papers?|letter|letters|languages?"
)
CLAIM = re.compile(
    rf"""官方(?!同款|标准|尺寸|规格|认证码|网图|图)|旗舰店|专卖(?=店|$|[^\u4e00-\u9fff]|正品|品牌|官|直)|专卖店|专营店(?=正品)|授权(?!码|书籍|协议|文件模板)
    |(?<![a-z])official(?:ly)?\s(?:licen[sc]ed|authori[sz]ed)|(?<![a-z])(?:official|authori[sz]ed|appointed|certified|accredited|approved|licen[sc]ed)(?=\s(?:[a-z0-9'&.-]+\s){{0,3}}?(?:stores?|shops?|dealers?(?:ship)?|retailers?|distributors?|resellers?|sellers?|stockists?|outlets?|partners?|agents?|suppliers?|vendors?|merchants?)(?![a-z]))
    |(?<![a-z])official(?!\s(?:[a-z0-9]+\s){{0,2}}(?:{NOT_OFFICIAL})(?![a-z]))(?![a-z])
    |(?<![a-z])flagship\s(?:stores?|shops?)(?![a-z])|(?<![a-z])authori[sz]ed\sby(?![a-z])""",
    re.X,
)
PARALLEL = re.compile(
    r"""平行(?:进口|输入|水货)|(?<!防)水货(?![架柜车箱])|港版(?!图)|港行(?!业)|海淘(?!沙)
    |(?<![a-z])gr[ae]y[\s-](?:imports?|imported|markets?)(?![a-z])|(?<![a-z])parallel[\s-](?:imports?|imported|goods)(?![a-z])""",
    re.X,
)
LISTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (("copy", COPY), ("altered", ALTERED), ("claim", CLAIM), ("parallel", PARALLEL))

# A no before the word takes it back: 非官方旗舰店, 拒绝高仿, 不剪标, not a replica.
NO_BEFORE = re.compile(
    r"""(?:[非无勿未免禁假毋]|不(?:是|卖|做|售|含|存在|经营|销售|支持|接)?|没有?|并?非|绝不?(?:非|是|卖|售)?|拒绝?|杜绝|谢绝|远离|抵制|打击|严禁|无需|不需要?|告别|区别于|有别于|拒卖)
        (?:任何|一切|所有|品牌|官方|经过?|得到|获得?|取得|本店|是|的|卖|售|做|假货?|山寨|高仿|仿[品货]|a货|水货|港版|剪标|刮码|[、，,/和与或及\s]){0,4}$
    |(?<![a-z])(?:not|no|non|never|without|isn't|aren't|un|zero|anti|beware\sof|avoid)(?:[\s-]+(?:an?|the|any|been|is|are|from|by|via|of|affiliated\swith|authori[sz]ed|official|licen[sc]ed))*[\s-]*$""",
    re.X,
)
NO_AFTER = re.compile(r"^\s?(?:勿扰|勿进|勿拍|绕道|走开|请绕|者勿|必究|包退|十倍|包赔|detector|detection|test)")
BATTERY = re.compile(r"batter|energi[sz]er|duracell|eneloop|南孚|双鹿|超霸|电池|电芯|mah|ni-?mh|lithium|alkaline|碱性|镍氢|锂|干电|[七7]号|rechargeable|(?<![a-z])aaaa?/|/aaa|(?<![a-z])aa(?![a-z])|flashlight|headlamp|手电|remote|遥控|credit|rated|评级|信用|游戏|games?(?![a-z])|videos?")
SCALE = re.compile(r"scale|ratio|模型|比例|手办|配比|等比|稀释|兑水|混合|调配|gundam|高达|model(?!s?\sno)|gear|齿轮|传动|变压|transformer|blueprint|图纸|pattern|aspect|画幅|方图|主图|画布|一对一|辅导|教学|课程|balun|胶水|ab胶|epoxy|环氧")
# A text without a list's stems holds none of its words. Asked first: a search for a plain stem costs a hundredth of
# the pattern, and nine texts of ten hold none.
STEMS: dict[Kind, tuple[str, ...]] = {
    "copy": ("仿", "复刻", "山寨", "1:", "1 :", "1比", "1 比", "a货", "a 货", "超a", "超 a", "aaa", "原单", "莆田", "福建", "纯原", "公司级",
             "replica", "knock", "counterfeit", "copy", "copies", "clone", "mirror", "bootleg"),
    "altered": ("码", "标", "批号", "序列号", "生产日期", "remov", "cut", "scra", "erase", "deface", "sanded", "ground", "missing", "decoded", "de-coded", "de-label", "delabel"),
    "claim": ("官方", "旗舰", "专卖", "专营", "授权", "offic", "authori", "appointed", "certified", "accredited", "approved", "licen", "flagship"),
    "parallel": ("平行", "水货", "港版", "港行", "海淘", "import", "market", "parallel"),
}  # fmt: skip
BLANKS = re.compile(r"\s")


def _any(stems: Iterable[str]) -> str:
    """A pattern for any of the stems, whatever blank is in them, grouped by their first characters: most places of a text begin none."""
    heads: dict[str, list[str]] = {}
    for stem in stems:
        heads.setdefault(stem[0], []).append(re.escape(stem[1:]).replace(r"\ ", r"\s"))
    return "|".join(f"{re.escape(head)}(?:{'|'.join(rest)})" for head, rest in sorted(heads.items()))


ANY_STEM = re.compile(_any(stem for stems in STEMS.values() for stem in stems))
# In ASCII each stem begins a word; with a blank for all that is no letter, a search need only stop at blanks.
_LATIN = bytes(code if chr(code) in ascii_lowercase else 32 for code in bytes(range(256)).lower())
ANY_LATIN_STEM = re.compile(b" (?:%b)" % _any(stem.replace("-", " ") for stems in STEMS.values() for stem in stems if stem.isascii() and ":" not in stem).encode())


def said(listing: Listing) -> tuple[Said, ...]:
    """Every word of the lists that the listing says of itself, a no before it taken into account."""
    whole = f"|{listing.title}|{listing.keywords}|{listing.description}|{listing.attributes}"
    latin = whole.isascii() and ":" not in whole
    if not (ANY_LATIN_STEM.search(whole.encode().translate(_LATIN)) if latin else ANY_STEM.search(seen(whole)[0])):
        return ()
    return tuple([word for name in READ_FIELDS if (raw := getattr(listing, name)) for word in said_in(name, raw)])


def said_in(name: str, raw: str) -> Iterator[Said]:
    """What one field says."""
    folded, places = seen(raw)
    if not folded.isprintable():
        folded = BLANKS.sub(" ", folded)  # a tab or a line break parts words as a blank does
    for kind, pattern in LISTS:
        if not any(map(folded.__contains__, STEMS[kind])):
            continue
        for match in pattern.finditer(folded):
            start, end = match.span()
            if _meant(kind, folded, start, end) and (name != "attributes" or _answers(kind, folded, start)):
                if places is not None:  # some have moved
                    start, end = places[start], places[end - 1] + 1
                yield Said(kind, name, start, end, raw[start:end])


def _answers(kind: Kind, folded: str, start: int) -> bool:
    """In `name:value;name:value` a value speaks (版本:港版); a name only asks (是否水货:否), as 授权 always does there."""
    return kind != "claim" and ":" in folded[folded.rfind(";", 0, start) + 1 : start]


def _meant(kind: Kind, folded: str, start: int, end: int) -> bool:
    before, after = folded[max(0, start - 24) : start], folded[end : end + 24]
    if NO_BEFORE.search(before) or NO_AFTER.match(after):
        return False
    if kind == "copy":
        return _copy_meant(folded, start, end)
    if kind == "claim" and folded[start:end] == "授权":
        return not before.endswith(("有可", "可", "需", "待"))
    return True


def _copy_meant(folded: str, start: int, end: int) -> bool:
    word = folded[start:end]
    near = folded[max(0, start - 40) : end + 40]
    if word.startswith("aaa") and not word.endswith("货"):
        # A count beside it is cells: "takes 2 AAA", "AAA 6pk".
        if re.match(r"\s?\d+\s?-?(?:pk|packs?|ct|count|cells?|节|粒)(?![a-z])", folded[end : end + 16]):
            return False
        return not BATTERY.search(folded[: start] + " " + folded[end:]) and not re.search(r"\d\s?[x*]?\s?(?:节|粒)?\s?$", folded[max(0, start - 8) : start])
    if word[0] == "1":
        return not SCALE.search(near)
    return True
