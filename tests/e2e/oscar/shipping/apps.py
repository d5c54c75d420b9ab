# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Names the fork, so that Oscar's class loader looks here first."""

from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    name = "tests.e2e.oscar.shipping"
