"""Which requests an audited page may make."""

from __future__ import annotations

import pytest

from beside.audit.canaries import Canary
from beside.audit.guard import Guard

MAIL = Canary("email", "e-mail address", "zwalkendu@example.com", forms=("zwalkendu",))
SHOP = "https://shop.example"


@pytest.fixture
def guard() -> Guard:
    return Guard(frozenset({"shop.example"}), canaries=[MAIL])


@pytest.mark.parametrize(
    ("method", "url", "is_document"),
    [
        ("GET", f"{SHOP}/checkout", True),
        ("GET", f"{SHOP}:8443/checkout?step=2", True),
        ("GET", "https://cdn.example/shop.js", False),
        ("HEAD", f"{SHOP}/stock", False),
        ("OPTIONS", "https://api.example/", False),
        ("GET", "data:text/html,hello", True),
        ("GET", "about:blank", True),
    ],
)
def test_what_only_asks_may_go(guard: Guard, method: str, url: str, is_document: bool) -> None:
    assert guard.refusal(method, url, is_document=is_document) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post"])
def test_what_may_change_something_is_refused(guard: Guard, method: str) -> None:
    assert "allow_requests" in (guard.refusal(method, f"{SHOP}/basket", is_document=False) or "")


@pytest.mark.parametrize(
    "address",
    [
        "/check?mail=zwalkendu%40example.com",
        "/check/ZWALKENDU",
        "/pixel?d=endhbGtlbmR1QGV4YW1wbGUuY29t",
        "/avatar/a?reversed=udneklawz",
    ],
)
def test_an_address_that_holds_what_was_typed_is_refused(guard: Guard, address: str) -> None:
    assert guard.refusal("GET", SHOP + address, is_document=False) == "its address holds what the audit typed"


CARD = Canary("card", "card number", "4000008261973455")
SITE = Canary("site", "web address", "https://zwalkendu.example.com/")


@pytest.mark.parametrize(
    "address",
    ["/suggest?q=zwal", "/suggest?q=Zwalk&limit=5", "/suggest/zwalke", "/find?filter=%7B%22mail%22%3A%22zwal%22%7D",
     "/find?q=zwalkendu%40ex", "/card?bin=4000%2000", "/card/40000082", "/card?n=4000+0082+6"],
)  # fmt: skip
def test_an_address_that_holds_the_beginning_of_what_is_being_typed_is_refused(guard: Guard, address: str) -> None:
    guard.canaries.append(CARD)
    guard.typing += [MAIL, CARD]

    assert guard.refusal("GET", SHOP + address, is_document=False) is not None


@pytest.mark.parametrize(
    "address",
    ["/suggest?q=zwa", "/assets/hazwalk.js", "/year/4000", "/size/40000x.png", ":4000/free",
     "/a?next=https%3A%2F%2Fcdn.example%2F"],
)  # fmt: skip
def test_an_address_that_only_looks_alike_may_go_while_something_is_typed(guard: Guard, address: str) -> None:
    guard.typing += [MAIL, CARD, SITE]

    assert guard.refusal("GET", SHOP + address, is_document=False) is None


def test_the_beginning_of_what_nobody_types_any_more_may_go(guard: Guard) -> None:
    assert guard.refusal("GET", f"{SHOP}/suggest?q=zwal", is_document=False) is None


def test_documents_of_other_hosts_are_refused_whatever_the_script_allows(guard: Guard) -> None:
    guard.allows_requests = True

    assert guard.refusal("GET", "https://pay.example/frame", is_document=True) is not None
    assert guard.refusal("GET", "https://shop.example.evil.test/", is_document=True) is not None
    assert guard.refusal("POST", f"{SHOP}/basket", is_document=True) is None


def test_refusals_are_kept_once_and_without_their_query(guard: Guard) -> None:
    for _ in range(2):
        guard.note("GET", f"{SHOP}/check?mail=zwalkendu", "why")

    assert guard.take_refused() == ("GET https://shop.example/check: why",)
    assert guard.take_refused() == ()
