"""What the shop and its bank are told from outside; they read nothing else."""

from dataclasses import dataclass, field
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class ShopConfig:
    """Addresses and the one secret of the shop.

    Origins are `scheme://host[:port]` without a trailing slash. `snippet_integrity` is a Subresource Integrity value,
    such as `sha384-...`, or None to leave the attribute out. `secret` signs the shop's cookie and what shop and bank
    tell each other.
    """

    snippet_src: str
    snippet_integrity: str | None
    site_key: str
    console_origin: str
    shop_origin: str
    bank_origin: str
    secret: str = field(repr=False)
