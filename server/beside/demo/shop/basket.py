"""The basket's arithmetic: lines, coupon, delivery, total. Pure; the session cookie keeps `{slug: quantity}`."""

from collections.abc import Mapping
from dataclasses import dataclass

from beside.demo.shop.catalogue import BY_SLUG, Product

# More than a private garden needs; keeps a typing slip from becoming a lorry.
MAX_QUANTITY = 20
# Percent off the goods, by code as printed on the shop's leaflets.
COUPONS = {"FERN10": 10, "SPRING20": 20}


@dataclass(frozen=True)
class Line:
    """One product in the basket and how many of it."""

    product: Product
    quantity: int

    @property
    def cents(self) -> int:
        return self.product.cents * self.quantity


@dataclass(frozen=True)
class Basket:
    """What the shopper is about to pay; all sums in euro cents. `delivery_cents` is None until a delivery is chosen."""

    lines: tuple[Line, ...]
    coupon: str | None
    delivery_cents: int | None

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def goods_cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def discount_cents(self) -> int:
        return -(self.goods_cents * COUPONS.get(self.coupon or "", 0) // 100)

    @property
    def total_cents(self) -> int:
        return self.goods_cents + self.discount_cents + (self.delivery_cents or 0)


def basket_of(quantities: Mapping[str, int], coupon: str | None = None, delivery_cents: int | None = None) -> Basket:
    """Make the basket from stored quantities, leaving out products that are no longer sold."""
    lines = tuple(Line(BY_SLUG[slug], quantity) for slug, quantity in quantities.items() if slug in BY_SLUG)
    return Basket(lines, coupon if coupon in COUPONS else None, delivery_cents)


def quantity_of(text: str) -> int | None:
    """Read a quantity field: 0 to MAX_QUANTITY, or None when it is no such number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        return None
    quantity = int(text)
    return quantity if quantity <= MAX_QUANTITY else None
