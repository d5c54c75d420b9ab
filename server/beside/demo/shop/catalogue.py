"""What the shop sells. Names and descriptions are in the locale files, under the product's slug."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One thing for sale; the picture is `static/shop/products/SLUG.svg`, the price in euro cents."""

    slug: str
    cents: int
    category: str
    badge: str | None = None


PRODUCTS = (
    Product("monstera", 3450, "plants", "bestseller"),
    Product("watering-can", 2890, "tools"),
    Product("terracotta-set", 4200, "pots", "new"),
    Product("olive-tree", 7900, "plants"),
    Product("secateurs", 3675, "tools", "bestseller"),
    Product("herb-box", 1990, "plants"),
    Product("garden-lantern", 5490, "home", "new"),
    Product("wool-throw", 6800, "home"),
)
BY_SLUG = {product.slug: product for product in PRODUCTS}
CATEGORIES = tuple(dict.fromkeys(product.category for product in PRODUCTS))
