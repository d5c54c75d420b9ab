"""The order of the checkout's pages, and which of them a shopper may open. Pure: reads the session, never writes it."""

from collections.abc import Mapping
from typing import Any

# Each step's page is `/checkout/STEP`; each but the last leaves its answers in the session under its own name.
STEPS = ("contact", "address", "delivery", "payment", "review")


def first_open_step(session: Mapping[str, Any]) -> str:
    """Give the first step that has no answers yet; `review` when all have."""
    return next((step for step in STEPS[:-1] if not session.get(step)), STEPS[-1])


def may_open(step: str, session: Mapping[str, Any]) -> bool:
    """Tell whether all steps before this one are answered."""
    return STEPS.index(step) <= STEPS.index(first_open_step(session))


def path_of(step: str) -> str:
    return f"/checkout/{step}"


def path_after(step: str) -> str:
    return path_of(STEPS[STEPS.index(step) + 1])
