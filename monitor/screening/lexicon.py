"""Words that decide what a mention does: own lists for both languages, nothing learnt from labelled titles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _any(words: str) -> str:
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


# --- directly before a brand, at the end of what stands before
FITS_BEFORE = re.compile(
    r"(?:适用于?|适配于?|适合于?|兼容于?|通用于?|专用于|配套|可配|替换|替代|代替|用于|匹配|支持|配合|改装|仅适合|for于?)(?:各种|各款|全系|新款|老款|部分|原装|正品)?[\s:：·【\[(（]*$"
    r"|(?:\bfor|\bfits|(?<!slim )(?<!regular )(?<!loose )(?<!relaxed )(?<!skinny )(?<!tapered )(?<!straight )(?<!comfort )(?<!classic )(?<!custom )\bfit|\bfitting|\bcompatible(?: with)?|replacement(?: for)?|replaces|works with|work with|suitable for|suits|designed for|made for|use with|to fit|compatible for|supports?)\s+(?:the |your |all |most |new |original )?[\(\[]?$"
)
FITS_AFTER = re.compile(
    r"^\s*[a-z0-9+\-/. ]{0,18}(?:系列|相机|手机|打印机|吸尘器|净水器|机型|车型|全系)?\s*(?:专用|通用|适用|可用|兼容|适配)(?!于?(?:干|油|敏|各|肌|皮|全家|男|女|儿|办公))"
    r"|^[- ](?:compatible|fit)\b"
)
NEGATED_BEFORE = re.compile(
    r"(?:非|不是|并非|不属于|没有|无|不含|不带|勿认|不同于|与)\s*$"
    r"|(?:\bnot|\bnon|\bno|\bisn'?t|\bnever|\bwithout|\bun|\bnot (?:an?|the|genuine|original|made by|affiliated with|associated with|by|from))[\s-]+$"
)
COMPARED_BEFORE = re.compile(
    r"(?:平替|媲美|对标|堪比|类似|好比|代替大牌|碾压|不输|秒杀|比肩)\s*(?:于)?$"
    r"|\b(?:inspired by|style of|styled after|in the style of|dupe (?:for|of)|dupes? (?:for|of)|alternative to|similar to|looks like|look like|like|comparable to|compare to|compared to|knock ?off of|rivals?)\s+(?:the )?$"
)
COMPARED_AFTER = re.compile(
    r"^\s*(?:[\u4e00-\u9fff]{0,4}|[a-z0-9 ]{0,16})?(?:(?<!男女)(?<!情侣)(?<!亲子)(?<!明星)(?<!网红)(?<!官网)(?<!专柜)(?<!门店)同款|平替|风格|替代款|类似款|既视感|仿版|味道相似)|^\s?(?:风(?![机扇衣筒味行])|款(?=[\u4e00-\u9fff]))"
    r"|^\s*[a-z0-9 ]{0,18}?[ -]?\b(?:dupes?|inspired|alternatives?|look-?alikes?|knock-?offs?)\b|^[- ](?:style|styled|like|type|esque)\b"
)
# Words that contain a name and are no brand: things, plants, games, places.
COMPOUNDS = re.compile(
    _any(
        "回力车 回力镖 回力标 回力棒 英雄联盟 孤胆英雄 小米辣 小米粥 小米面 小米椒 小米糕 小米锅巴 大小米字格 米字格 苹果醋 苹果绿 苹果干 苹果汁 苹果派 苹果树 苹果园 苹果酱 苹果肌 青苹果 红苹果 苹果香 "
        "现代简约 现代轻奢 现代中式 现代汉语 现代诗 现代舞 现代文 现代风 后现代 新现代 移动硬盘 移动电源 移动端 可移动 移动式 移动支架 移动门 荣耀王者 王者荣耀 长城脚下 万里长城 长城砖 "
        "骆驼奶 骆驼绒 骆驼毛 双星座 三星级 五星级 四星级 三星堆 光明磊落 大光明 海尔滨 凤凰古城 凤凰花 凤凰木 凤凰单丛 金凤凰 蝴蝶结 蝴蝶兰 熊猫眼 大熊猫 公牛皮 小公牛 公牛角 红牛皮 大红牛 "
        "老板娘 老板桌 老板椅 大老板 统一着装 统一规格 联想记忆 联想词 永久性 永久免费 半永久 得力助手 得力干将 美的事物 精美的 优美的 完美的 最美的 小天鹅绒 天鹅绒 百事通 百事顺 六福临门 立白色"
    )
)
ATTRIBUTE_FIT = re.compile(r"适用|兼容|适配|通用|匹配|配套|compatib|\bfits?\b|suitable|\bfor\b|works with|device model|supported")
ATTRIBUTE_BRAND = re.compile(r"^(?:商标)?品牌(?:名称|名)?$|\bbrand\b|manufacturer|vendor|^maker$|厂商|制造商")
GIFT = re.compile(r"送|赠|附赠|加送|礼包|\bwith free\b|\bfree\b|\bincludes?\b|\bgift\b")

# --- goods that belong to other goods
ACCESSORY_ZH = re.compile(
    _any(
        "手机壳 保护壳 保护套 手机套 硅胶套 皮套 外壳 后壳 壳 钢化膜 贴膜 保护膜 镜头膜 键盘膜 屏幕膜 水凝膜 膜 数据线 充电线 充电器 充电头 快充头 电源线 电源适配器 适配器 "
        "充电宝 充电座 电池 表带 表链 腕带 表壳 挂绳 指环扣 滤芯 滤网 滤棉 滤纸 尘袋 集尘袋 边刷 滚刷 主刷 拖布 抹布 刷头 吸头 墨盒 墨水 硒鼓 粉盒 碳粉 墨粉 色带 耗材 粉仓 "
        "支架 底座 遥控器 脚垫 座套 座垫 坐垫套 尾箱垫 后备箱垫 车衣 车罩 钥匙套 钥匙包 钥匙壳 方向盘套 雨刮器 雨刮片 雨刷 轮毂盖 挡泥板 行李架 车贴 "
        "耳帽 耳套 耳罩 耳机套 收纳盒 收纳包 内胆包 键帽 贴纸 防尘罩 防尘塞 防尘套 罩 遥控器套 快门线 遮光罩 镜头盖 相机包 肩带 排线 总成 屏幕总成 配件 零件 维修 密封圈 "
        "奶嘴 吸管 手柄套 摇杆帽 转接头 转接环 扩展坞 触控笔 笔尖 磁吸壳 卡针"
    )
)
ACCESSORY_EN = re.compile(
    r"\b(?:(?:phone |watch |tablet |laptop )?cases?|covers?|sleeves?|skins?|screen protectors?|tempered glass|straps?|(?:watch )?bands?|bracelets?|chargers?|charging (?:cables?|cords?|docks?)|cables?|cords?|adapters?|adaptors?"
    r"|(?:replacement )?(?:filters?|batter(?:y|ies)|parts?|blades?|brush(?:es)?|heads?|bags?|pads?|tips?|cushions?|rollers?|belts?|hoses?|remotes?)|ink cartridges?|cartridges?|toners?|ribbons?|holders?|mounts?|stands?|docks?|stylus|keycaps?|lens caps?|lens hoods?|floor mats?|seat covers?|wipers?|key fobs?|stickers?|decals?)\b"
)
DEVICE_NOUNS = frozenset(["手机", "电脑", "相机", "打印机", "手表", "耳机", "phone", "camera", "printer", "watch", "laptop", "tablet"])

# --- goods by the category that a registry names, and by Nice class where it names only that
_PHONES = "手机 智能手机 平板 平板电脑 笔记本 电脑 手表 耳机 电视 路由器 全网通 5g 4g gb 128g 256g 512g phone smartphone ipad iphone tablet laptop macbook watch airpods tv charger 充电器 系统"
_APPLIANCE = "电视 空调 冰箱 洗衣机 电饭煲 电风扇 风扇 吸尘器 净化器 净水器 热水器 微波炉 烤箱 扫地机 手环 音箱 台灯 插座 家电 电器 电磁炉 豆浆机 vacuum fridge washer oven fan heater dryer kettle"
_BEAUTY = "精华 面霜 乳液 面膜 口红 唇膏 粉底 洁面 洗面奶 沐浴露 沐浴乳 洗发水 洗发露 护发素 香水 眼霜 防晒 爽肤水 身体乳 香皂 serum cream lotion lipstick shampoo conditioner soap wash perfume deodorant moisturizer mascara foundation body bar"
_CLOTHES = "衣 t恤 卫衣 裤 裙 外套 夹克 羽绒服 毛衣 帽 袜 内衣 男装 女装 短袖 hoodie shirt t-shirt jacket jeans pants shorts dress sweater sweatshirt cap hat socks coat tee leggings underwear"
_SHOES = "鞋 运动鞋 跑鞋 跑步鞋 板鞋 帆布鞋 拖鞋 靴 篮球鞋 小白鞋 sneakers shoes shoe boots sandals slippers running trainers"
_BAGS = "包 背包 手袋 钱包 双肩包 挎包 行李箱 bag handbag tote backpack wallet purse crossbody"
_PENS = "文件袋 文件盒 夹 收纳 票据 便签 橡皮 美工刀 订书 钢笔 笔 圆珠笔 中性笔 墨水 铅笔 订书机 文件夹 文具 本 胶带 计算器 pen pencil ink stationery notebook stapler"
_WATCH = "手表 腕表 机械表 石英表 watch chronograph watches timepiece"
_CARS = "汽车 轿车 车 越野 机油 轮胎 发电机 汽油 柴油 5kw 脚垫 car engine oil motor generator tyre tire sedan suv"
_DRINK = "饮料 酒 葡萄酒 干红 啤酒 白酒 牛奶 酸奶 咖啡 茶 矿泉水 ml 饮品 juice wine beer coffee tea drink water milk"
_TOYS = "玩具 积木 公仔 手办 娃娃 模型 lego toy toys doll blocks figure playset puzzle"
_FOOD = "饼干 巧克力 零食 糖果 奶粉 坚果 方便面 调料 酱油 snack chocolate cookies candy milk powder sauce"
_OIL = "机油 润滑油 加油 oil lubricant 5w-40 5w-30 engine petrol fuel gasoline"
_LAUNDRY = "洗衣 洗衣液 洗衣粉 清洁剂 detergent laundry pods stain washing powder"
_TOOLS = "电钻 扳手 螺丝刀 工具 锤 锯 角磨机 drill wrench screwdriver saw tool tools grinder"

GOODS: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for names, words in {
        "phones computers phone computer 3 数码 手机 electronics 电脑 tablets": _PHONES,
        "appliances appliance 家电 电器 kitchen": _APPLIANCE,
        "beauty skincare cosmetics makeup haircare personal-care 美妆 护肤 perfume": _BEAUTY,
        "clothing apparel 服装 fashion sportswear underwear": _CLOTHES, "shoes footwear 鞋": _SHOES,
        "sport sports 运动 outdoor 户外": f"{_SHOES} {_CLOTHES} 球 拍 ball racket", "bags luggage 箱包 luxury": _BAGS,
        "pens stationery 文具 office": _PENS, "watches watch 手表": _WATCH, "cars car automotive car-parts motorcycles generators": _CARS,
        "drink drinks wine milk beverages beer dairy 饮料": _DRINK, "toys toy 玩具": _TOYS, "food snacks 食品": f"{_FOOD} {_DRINK}",
        "oil fuel lubricants": _OIL, "laundry cleaning detergent": _LAUNDRY, "tools tool 工具": _TOOLS,
        "cameras camera printers": "相机 打印机 镜头 单反 camera printer lens dslr",
        "9": f"{_PHONES} 相机 打印机 camera printer headphones speaker", "7": f"{_APPLIANCE} {_TOOLS}", "11": _APPLIANCE, "25": f"{_CLOTHES} {_SHOES}",
        "14": _WATCH, "18": _BAGS, "16": _PENS, "12": _CARS, "28": _TOYS, "32": _DRINK, "33": _DRINK, "29": f"{_FOOD} {_DRINK}", "30": f"{_FOOD} {_DRINK}", "4": _OIL, "8": _TOOLS,
    }.items()
    for name in names.split()
}  # fmt: skip
GOODS = {**GOODS, "3": tuple(f"{_BEAUTY} {_LAUNDRY}".split())}
