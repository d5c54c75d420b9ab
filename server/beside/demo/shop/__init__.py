"""Fern & Field, the demo's shop: products, basket, a checkout of several server-rendered pages, and its bank.

The shop knows nothing of Beside but the one script tag in its base template.
"""

from beside.demo.shop.app import create_shop
from beside.demo.shop.bank import create_bank
from beside.demo.shop.config import ShopConfig

__all__ = ["ShopConfig", "create_bank", "create_shop"]
