"""Which field of somebody's item means what: by name, or as the settings map it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from itemadapter import ItemAdapter
from itemadapter.adapter import AttrsAdapter, DataclassAdapter, PydanticAdapter, ScrapyItemAdapter

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.listing import SEARCHED_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Texts = tuple[tuple[str, str], ...]  # (our field, text): what is searched for brands

# Our names, and what spiders call them; the first that an item has is taken. Compared without case, blanks, _ and -.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "producttitle", "productname", "itemtitle", "itemname", "listingtitle", "goodsname", "heading", "标题", "商品标题", "宝贝标题", "商品名称", "名称", "品名", "商品名", "产品名称"),
    "brand": ("brand", "brandname", "manufacturer", "vendor", "maker", "品牌", "品牌名称", "牌子"),
    "price": ("price", "saleprice", "currentprice", "finalprice", "价格", "售价", "现价", "到手价", "一口价", "单价"),
    "list_price": ("listprice", "originalprice", "regularprice", "compareatprice", "原价", "划线价", "市场价"),
    "currency": ("currency", "pricecurrency", "币种", "货币"),
    "listing_id": ("listingid", "itemid", "productid", "id", "asin", "numiid", "goodsid", "商品id", "宝贝id", "商品编号"),
    "sku": ("sku", "skuid", "mpn", "upc", "ean", "gtin", "isbn", "货号", "商家编码", "商品编码", "款号"),
    "url": ("url", "link", "producturl", "itemurl", "href", "链接", "网址", "商品链接"),
    "description": ("description", "desc", "body", "summary", "details", "描述", "商品描述", "详情"),
    "category": ("category", "categories", "breadcrumbs", "breadcrumb", "producttype", "类目", "分类", "类别"),
    "keywords": ("keywords", "tags", "关键词", "标签"),
    "attributes": ("attributes", "properties", "specs", "specifications", "features", "属性", "规格", "参数"),
    "images": ("images", "imageurls", "image", "imageurl", "图片", "主图"),
    "shop": ("shop", "store", "seller", "sellername", "shopname", "店铺", "店铺名称", "卖家"),
    "platform": ("platform", "marketplace", "平台"),
    "quantity": ("quantity", "stock", "inventory", "库存", "数量"),
    "sold": ("sold", "sales", "soldcount", "unitssold", "销量", "月销量", "已售"),
    "status": ("status", "availability", "状态"),
}  # fmt: skip
OTHERS = ("coupon", "pack_size", "nice_class", "listed_at", "supplier_id", "fulfilment", "ship_from")
SEPARATORS = {"images": ";", "keywords": ", ", "category": " > ", "attributes": ";"}
MOST_KINDS = 1000
FIXED = (ScrapyItemAdapter, DataclassAdapter, AttrsAdapter, PydanticAdapter)  # whose classes say which fields there are
NUMBERS = (int, float, Decimal)
BARE = str.maketrans("", "", " _-.")


class Kind(NamedTuple):
    """Where items of one kind keep what: (our name, the item's) pairs."""

    pairs: Sequence[tuple[str, str]]
    searched: Sequence[tuple[str, str]]
    title: str | None


class Fields:
    """Finds a listing's values in an item of any kind that ItemAdapter handles. `mapped`: our name -> the item's."""

    def __init__(self, mapped: Mapping[str, str] | None = None) -> None:
        self.mapped = dict(mapped or {})
        for name in self.mapped:
            if name not in KNOWN and name not in OTHERS:
                raise failure(ConfigError, "addon.unknown-field", name=name, known=", ".join((*KNOWN, *OTHERS)))
        self._kinds: dict[Sequence[str], Kind] = {}
        self._classes: dict[type, tuple[Kind, bool]] = {}

    def cells(self, item: Any) -> dict[str, str] | None:
        """Our names -> the item's values as cells; None for an item that has no title: it shows no listing."""
        kind, get = self._open(item)
        if kind.title is None:
            return None
        found = {ours: value if type(value) is str else cell(value, ours) for ours, theirs in kind.pairs if (value := get(theirs)) is not None}
        return found if found.get("title", "").strip() else None

    def texts(self, item: Any) -> Texts | None:
        """What of the item is searched for brands, its title first; None for an item that has no title."""
        kind, get = self._open(item)
        if kind.title is None:
            return None
        found = [(ours, value if type(value) is str else cell(value, ours)) for ours, theirs in kind.searched if (value := get(theirs)) is not None]
        return tuple(found) if found and found[0][0] == "title" and found[0][1].strip() else None

    def _open(self, item: Any) -> tuple[Kind, Callable[[str], Any]]:
        """An item's kind, and how its values are had by name. An adapter costs more than all the rest: the kinds
        that never change their fields go without."""
        if type(item) is dict:
            names = tuple(item)
            return self._kinds.get(names) or self._kind(names), item.get
        known = self._classes.get(type(item))
        if known is None:
            names = tuple(ItemAdapter(item).field_names())
            kind, held = self._kinds.get(names) or self._kind(names), ItemAdapter(item)
            if not isinstance(held.adapter, FIXED) or getattr(item, "model_extra", None) is not None:
                return kind, held.get
            known = self._classes[type(item)] = (kind, isinstance(held.adapter, ScrapyItemAdapter))
        kind, mapping = known
        return kind, item.get if mapping else lambda name: getattr(item, name, None)

    def _kind(self, names: Sequence[str]) -> Kind:
        pairs = dict(self._pairs(names))
        searched = [(name, pairs[name]) for name in SEARCHED_FIELDS if name in pairs]
        if len(self._kinds) >= MOST_KINDS:  # dicts whose keys are data
            self._kinds.clear()
        made = self._kinds[names] = Kind(list(pairs.items()), searched, pairs.get("title"))
        return made

    def _pairs(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """(our name, the item's) for every field of a kind of item."""
        bare: dict[str, str] = {}
        for name in names:
            bare.setdefault(str(name).casefold().translate(BARE), name)
        pairs = {ours: bare[alias] for ours, aliases in KNOWN.items() for alias in reversed((ours.translate(BARE), *aliases)) if alias in bare}
        pairs |= {name: bare[name.translate(BARE)] for name in OTHERS if name.translate(BARE) in bare}
        pairs |= {ours: theirs for ours, theirs in self.mapped.items() if theirs in names}
        return list(pairs.items())


class Room:
    """Where the findings go in an item: the field `name`, where its kind has one and the host has put nothing there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kinds: dict[type, bool] = {}

    def add(self, item: Any, findings: list[dict[str, Any]]) -> None:
        """Put them in; an item without room stays as it is."""
        if type(item) is dict:
            item.setdefault(self.name, findings)
            return
        kind = type(item)
        if self._kinds.get(kind) is False:
            return
        held = ItemAdapter(item)
        if kind not in self._kinds:
            self._kinds[kind] = self.name in held.field_names()
        if self._kinds[kind] and not held.get(self.name):
            try:
                held[self.name] = findings
            except (AttributeError, KeyError, TypeError, ValueError):  # frozen, or checked by its own rules
                self._kinds[kind] = False


def searched(cells: Mapping[str, str]) -> Texts:
    """What `Fields.texts` says of an item with these cells."""
    return tuple([(name, cells[name]) for name in SEARCHED_FIELDS if name in cells])


def cell(value: Any, name: str) -> str:
    """A value as the cell of our column `name`."""
    return str(value) if type(value) in NUMBERS else text(value, SEPARATORS.get(name, " "))


def text(value: Any, separator: str = " ") -> str:
    """A value of an item as the cell that it would be in a table.

    >>> text(12.5), text(["a", None, "b"], ";"), text({"size": "42"}), text(None)
    ('12.5', 'a;b', 'size:42', '')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return ";".join(f"{name}:{text(one)}" for name, one in value.items())
    if isinstance(value, Iterable):
        return separator.join(filter(None, map(text, value)))
    return str(value)
