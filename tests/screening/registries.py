"""Registries and texts in every script, made up by hypothesis: names, their disguises, and what stands around them."""

from __future__ import annotations

from hypothesis import strategies as st

from monitor.model.registry import Brand

NAMES = (
    "Nike", "耐克", "New Balance", "新百伦", "Samsung", "三星", "LG", "H&M", "vivo", "华为", "Huawei", "小米", "良品铺子", "三只松鼠", "蒙娜丽莎", "费列罗",
    "Under Armour", "The North Face", "Dr. Martens", "La Roche-Posay", "L'Oréal", "Ärzte", "Привет", "ソニー", "삼성", "7-11", "3M", "A", "Å", "ab", "4711", "百丽国际鞋业",
    "Hello Kitty", "Ray-Ban", "G-Shock", "Kappa", "x" * 70, "耐" * 9, "iPhone", "Apple", "苹果", "娃哈哈", "百事可乐", "Adidas", "阿迪达斯", "Coca-Cola", "七匹狼", "安踏", "Zippo", "Meizu", "deyuma", "9+2", "A+4", "康师傅", "雪碧", "立白", "大白兔", "奥迪", "奥星迪", "营养快线", "香奈儿", "大富翁", "中移动", "Bose", "Lenovo", "Jack Daniel's", "👟", "...",
)  # fmt: skip
PIECES = (
    *NAMES, "Nikes", "nike's", "N.ikes", "N1kes", "samsungs", "New Balances", "newbalances574", "nikesshoes", "nike5", "samsung5plus", "nikesk2", "n1kesk2", "lorealss", "N1KE", "耐·克", "奈克", "nikee", "addidas", "adiads", "new balence", "newbalance574", "n i k e", "N.I.K.E", "Νіkе", "ＮＩＫＥ", "nikeshoes", "vlvoy97", "v1voplus", "vivoy97",
    "0pp0", "百事克乐", "三只鼠", "良平铺子", "良品铺", "naike", "huawel", "aidida5i", "adidasi", "awadasi", "阿迪达思", "阿地达斯", "耐ke", "nai克", "h m", "HM0871", "hm", "@didas", "$amsung", "N!ke", "under amour", "und3r armour", "Under Arm0ur", "Th3 N0rth F4ce", "The N0rth", "N3w", "Ba1ance", "N.e.w Balance", "New B-a-l-a-n-c-e", "n e w balance", "H3ll0 Kitty", "He!lo K|tty", "New B@lance", "un$er", "Adida$", "Nik€", "nike$", "Kapp@", "ik€5", "viv!", "N!k€", "H€ll0 Kitt¥", "New B@lance$", "7-El3ven", "Ray-B4n", "G-Sh0ck", "g sh0ck1", "R@y B4n", "4rmour", "N!k3", "La R0che-Posay",
    "hello kity", "dr martins", "the north fase", "LOREAL", "l oreal", "la rocheposay", "手机壳", "适用", "for", "shoes", "的", "，", " ", "  ", "/", "·", "-", ".", "\u200b", "\u0301", "\x7f", "🔥", "👩‍👩‍👧", "\u202e", "\ud800",
    "1", "574", "y97", "s", "ß", "ⅵvo", "ﬁ", "™", "①", "½", "ǆ", "İ", "ı", "丫", "雅詩蘭黛", "百事可樂", "ike", "nlke", "nkie", "vivi", "Zppo", "Zipo", "Meitu", "Kapa", "mfizu", "meiizu", "meizru", "eizu", "eyuma", "ddeyuma", "oppor9plustma", "安塔", "康帅傅", "康币傅", "康师付", "雷碧", "立日", "大白免", "太白兔", "营养快钱", "adi达斯", "edi达斯", "阿迪dasi", "da兔", "dabai兔", "大baitu", "大bai兔", "xiangnai儿", "xiangnai而", "三只songshu", "sanzhi", "baishi可乐", "百shikele", "zhongyi动", "中yidong", "阿达迪斯", "迪阿达斯", "三只鼠松", "白大兔", "大兔白", "香儿奈", "哈娃哈", "大翁富", "移动中", "星奥迪", "星迪奥", "奥迪星", "百丽国际业鞋", "安塌", "安踏", "耐客", "耐科", "香奈而", "香奈无", "香乃而", "大付翁", "大付瓮", "boze", "nyke", "ziipo", "zzipo", "Meeizu", "lenovolegion", "nikebag", "vlvotoy", "nikeox", "可移动", "vivohuawei", "huaweivivos", "vivozippo", "zippoxsmax", "vivox", "vlvoxr", "kappaxe",  "vivofindx6pro", "Jack Daniel", "jack daniels", "Jack D'aniel", "9+2", "92", "A4", "a+4", "N*ke", "h*ll*k*tt*", "ad*d*s**", "**n*ke**", "阿*达斯", "费*罗", "费＊罗", "*", "n*", "*百", "【", "【男", "【正品", "】", "耐", "克", "百", "可", "乐",
)  # fmt: skip
# Enough further names to make a registry crowded, none of which anything resembles.
CROWD = [Brand(brand_id=f"c{at}", name=f"qzxjk{at}wvbqg") for at in range(1000)]


def texts() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES) | st.text(max_size=4) | st.text("nikeadsvo耐克百事可乐 .·1*", max_size=8), max_size=12).map("".join)


def registries() -> st.SearchStrategy[list[Brand]]:
    name = st.sampled_from(NAMES) | st.text("abcdeino", min_size=1, max_size=9) | st.text("耐克百事可乐三星米", min_size=1, max_size=6) | st.text(min_size=1, max_size=8)
    spellings = st.lists(name, min_size=1, max_size=3, unique=True)
    return st.lists(spellings, min_size=1, max_size=12).map(
        lambda groups: [Brand(brand_id=f"b{at}", name=group[0], aliases=tuple(group[1:])) for at, group in enumerate(groups)]
    )
