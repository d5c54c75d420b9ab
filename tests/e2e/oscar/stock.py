# mypy: disable-error-code="import-untyped,import-not-found"
"""What the shop sells and where it ships to, written to its database. Imported only once Django is set up."""

from dataclasses import dataclass
from decimal import Decimal

from oscar.apps.address.models import Country
from oscar.apps.catalogue.models import Category, Product, ProductClass, ProductImage
from oscar.apps.partner.models import Partner, StockRecord


@dataclass(frozen=True)
class Article:
    """One product. `picture` is a key of `pictures.PICTURES`; `upc` has the length and check digit of a real EAN-13."""

    title: str
    picture: str
    upc: str
    price: Decimal
    description: str


ARTICLES = [
    Article("Desk lamp", "desk-lamp", "4006381333931", Decimal("39.90"), "Steel, with a warm and steady light."),
    Article(
        "Stoneware teapot", "teapot", "5901234123457", Decimal("28.50"), "Holds five cups and pours without a drop."
    ),
    Article("Ruled notebook", "notebook", "9780201379624", Decimal("7.80"), "192 pages, lies flat, with a ribbon."),
    Article("Coffee mug", "mug", "4012345678901", Decimal("11.00"), "Glazed by hand, safe in the dishwasher."),
    Article("Plant in a pot", "plant-pot", "5012345678900", Decimal("16.40"), "Asks for water once a week, no more."),
    Article("Striped blanket", "blanket", "3600541234567", Decimal("54.00"), "Lambswool, 130 by 180 centimetres."),
]

# ISO 3166-1: alpha-2, alpha-3, numeric, name. Several, because with one alone Oscar hides the country field.
COUNTRIES = [
    ("GB", "GBR", "826", "United Kingdom"),
    ("IE", "IRL", "372", "Ireland"),
    ("DE", "DEU", "276", "Germany"),
    ("FR", "FRA", "250", "France"),
    ("US", "USA", "840", "United States"),
]


def fill_shop() -> None:
    """Write countries, one category and all articles with price and stock, into an empty and migrated database."""
    for order, (alpha2, alpha3, numeric, name) in enumerate(reversed(COUNTRIES)):
        Country.objects.create(
            iso_3166_1_a2=alpha2,
            iso_3166_1_a3=alpha3,
            iso_3166_1_numeric=numeric,
            name=name,
            printable_name=name,
            display_order=order,
            is_shipping_country=True,
        )
    goods = ProductClass.objects.create(name="Household", requires_shipping=True, track_stock=True)
    category = Category.add_root(name="Home", description="Things for desk, kitchen and sofa.")
    partner = Partner.objects.create(name="Warehouse")
    for number, article in enumerate(ARTICLES, start=1):
        product = Product.objects.create(
            structure=Product.STANDALONE,
            product_class=goods,
            title=article.title,
            upc=article.upc,
            description=f"<p>{article.description}</p>",
        )
        product.categories.add(category)
        ProductImage.objects.create(
            product=product, original=f"images/products/{article.picture}.png", caption=article.title
        )
        StockRecord.objects.create(
            product=product,
            partner=partner,
            partner_sku=f"WH-{number:03}",
            price_currency="GBP",
            price=article.price,
            num_in_stock=500,
        )
