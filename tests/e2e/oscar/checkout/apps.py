# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Names the fork, so that Oscar's class loader looks here first."""

from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    name = "tests.e2e.oscar.checkout"
