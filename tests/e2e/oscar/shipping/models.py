# mypy: disable-error-code="import-untyped,import-not-found"
"""Oscar's models unchanged: Django asks every forked application for them."""

from oscar.apps.shipping.models import *  # noqa: F403
