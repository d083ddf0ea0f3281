"""Which field of somebody's item means what: by name, or as the settings map it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from itemadapter.adapter import AttrsAdapter, DataclassAdapter, PydanticAdapter, ScrapyItemAdapter

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.listing import SEARCHED_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What is searched for brands: a title alone, or (our field, text) pairs. A tuple that is kept for each item costs more than
# making it: the garbage collector walks over it.
Texts = str | tuple[tuple[str, str], ...]
Values = tuple[Any, ...]

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
TEXT = {str}
PLAIN = frozenset((str, *NUMBERS, bool, type(None)))
BARE = str.maketrans("", "", " _-.")


class Kind:
    """Items of one kind: `row` takes their values, `names` are ours for them, those that are searched first."""

    __slots__ = ("alone", "names", "row", "searched", "titled")

    def __init__(self, pairs: Mapping[str, str], taking: Callable[[Sequence[str]], Callable[[Any], Values]]) -> None:
        """`pairs`: our name -> the item's. `taking`: the item's names -> what takes their values, None for one that is missing."""
        self.searched = tuple([name for name in SEARCHED_FIELDS if name in pairs])
        self.names = (*self.searched, *[name for name in pairs if name not in self.searched])
        self.titled = "title" in pairs
        self.alone = self.searched == ("title",)
        self.row = taking([pairs[name] for name in self.names])

    def texts(self, row: Values) -> Texts | None:
        """What is searched for brands, the title first; None without a title: it shows no listing."""
        if self.alone and type(title := row[0]) is str:
            return title if title.strip() else None
        if not self.titled:
            return None
        found = tuple([(name, value if type(value) is str else cell(value, name)) for name, value in zip(self.searched, row, strict=False) if value is not None])
        return found if found and found[0][0] == "title" and found[0][1].strip() else None

    def plain(self, row: Values) -> Values:
        """The same row without a value that could still change: those as they are in a cell."""
        if PLAIN.issuperset(map(type, row)):
            return row
        return tuple([value if type(value) in PLAIN else cell(value, name) for name, value in zip(self.names, row, strict=True)])

    def cells(self, row: Values) -> dict[str, str]:
        """Our names -> the values as cells, without those that are missing."""
        return {name: value if type(value) is str else cell(value, name) for name, value in zip(self.names, row, strict=True) if value is not None}


class Fields:
    """Finds a listing's values in an item of any kind that ItemAdapter handles. `mapped`: our name -> the item's."""

    def __init__(self, mapped: Mapping[str, str] | None = None) -> None:
        self.mapped = dict(mapped or {})
        for name in self.mapped:
            if name not in KNOWN and name not in OTHERS:
                raise failure(ConfigError, "addon.unknown-field", name=name, known=", ".join((*KNOWN, *OTHERS)))
        self._dicts: dict[Sequence[str], Kind] = {}
        self._others: dict[Sequence[str], Kind] = {}
        self._classes: dict[type, Kind] = {}

    def kind(self, item: Any) -> Kind:
        """An item's kind. An adapter costs more than all the rest: the kinds that never change their fields go without."""
        if type(item) is dict:
            names = tuple(item)
            return self._dicts.get(names) or self._made(self._dicts, names, of_dict)
        return self._classes.get(type(item)) or self._adapted(item)

    def _adapted(self, item: Any) -> Kind:
        held = ItemAdapter(item)
        names = tuple(held.field_names())
        if not isinstance(held.adapter, FIXED) or getattr(item, "model_extra", None) is not None:
            return self._others.get(names) or self._made(self._others, names, adapted)
        made = self._classes[type(item)] = Kind(self._pairs(names), of_mapping if isinstance(held.adapter, ScrapyItemAdapter) else of_object)
        return made

    def _made(self, kinds: dict[Sequence[str], Kind], names: Sequence[str], taking: Callable[[Sequence[str]], Callable[[Any], Values]]) -> Kind:
        if len(kinds) >= MOST_KINDS:  # dicts whose keys are data
            kinds.clear()
        made = kinds[names] = Kind(self._pairs(names), taking)
        return made

    def _pairs(self, names: Sequence[str]) -> dict[str, str]:
        """Our name -> the item's for every field of a kind of item."""
        bare: dict[str, str] = {}
        for name in names:
            bare.setdefault(str(name).casefold().translate(BARE), name)
        pairs = {ours: bare[alias] for ours, aliases in KNOWN.items() for alias in reversed((ours.translate(BARE), *aliases)) if alias in bare}
        pairs |= {name: bare[name.translate(BARE)] for name in OTHERS if name.translate(BARE) in bare}
        return pairs | {ours: theirs for ours, theirs in self.mapped.items() if theirs in names}


def of_dict(names: Sequence[str]) -> Callable[[Any], Values]:
    """Takes the values of these keys, which are all there."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda item: tuple([item[name] for name in names])


def of_mapping(names: Sequence[str]) -> Callable[[Any], Values]:
    return lambda item: tuple(map(item.get, names))


def of_object(names: Sequence[str]) -> Callable[[Any], Values]:
    return lambda item: tuple([getattr(item, name, None) for name in names])


def adapted(names: Sequence[str]) -> Callable[[Any], Values]:
    return lambda item: tuple(map(ItemAdapter(item).get, names))


def pairs(texts: Texts) -> tuple[tuple[str, str], ...]:
    """The (field, text) pairs that a search asks for."""
    return (("title", texts),) if isinstance(texts, str) else texts


class Waiting:
    """Rows of any kinds, which are read a column at a time: one row alone costs as much as ten in a column."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []
        self._values: dict[Kind, list[Any]] = {}

    def add(self, kind: Kind, row: Values) -> None:
        values = self._values.get(kind)
        if values is None:
            values = self._values[kind] = []
        # No row stays a tuple, for the garbage collector's sake.
        values += kind.plain(row)
        self.kinds.append(kind)

    def columns(self) -> dict[str, Sequence[str]]:
        """Our names -> the cells of all rows, "" where a row has none."""
        made: dict[str, Sequence[str]] = {}
        for kind, values in self._values.items():
            for at, name in enumerate(kind.names):
                column = values[at :: len(kind.names)]
                made[name] = self._whole(kind, made.get(name), column if set(map(type, column)) == TEXT else [
                    "" if value is None else cell(value, name) for value in column
                ])  # fmt: skip
        return made

    def _whole(self, kind: Kind, others: Sequence[str] | None, cells: Sequence[str]) -> Sequence[str]:
        """A column of rows of one kind between those of the others."""
        if len(self._values) == 1:
            return cells
        mine = iter(cells)
        return [next(mine) if one is kind else other for one, other in zip(self.kinds, others or repeat(""), strict=False)]


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
