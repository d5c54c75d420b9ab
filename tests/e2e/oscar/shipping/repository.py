# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Which ways of delivery the shop offers: two, because with one alone Oscar skips the delivery page."""

from decimal import Decimal

from oscar.apps.shipping import repository
from oscar.apps.shipping.methods import FixedPrice, Free


class NextDay(FixedPrice):
    code = "next-day"
    name = "Next day"
    description = "Ordered before 4 pm, with you tomorrow"
    charge_excl_tax = Decimal("4.95")
    charge_incl_tax = Decimal("4.95")


class Repository(repository.Repository):
    methods = (Free(), NextDay())
