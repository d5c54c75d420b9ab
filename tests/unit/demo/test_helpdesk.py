"""The demo helpdesk: launching from a ticket, and the receipts that Beside sends."""

from __future__ import annotations

import json
from html import unescape

import httpx
from tests.unit.demo.conftest import CONSOLE, Desk

from beside.demo.helpdesk import LaunchRequest

RECEIPT = {
    "ticket": "T-1048",
    "consentAt": "2026-11-22T10:00:00Z",
    "endedAt": "2026-11-22T10:04:30Z",
    "endReason": "shopper-stopped",
    "agents": [{"name": "Sam Rivera", "joinedAt": "2026-11-22T10:00:01Z", "leftAt": None}],
    "pages": [{"path": "/checkout/payment", "at": "2026-11-22T10:00:00Z"}, {"path": "/checkout/review", "at": ""}],
    "highlights": [{"label": "Card number", "message": "one digit is <missing>"}],
    "fieldsMasked": 7,
    "rating": 5,
    "something_new": {"from": "a later version"},
}


async def deliver(desk: Desk, delivery_id: str, receipt: object, signature: str | None = None) -> httpx.Response:
    body = json.dumps({"id": delivery_id, "kind": "session.ended", "receipt": receipt}).encode()
    headers = {"Beside-Signature": signature or f"good {len(body)}"}
    return await desk.http.post("/webhooks/beside", content=body, headers=headers)


async def test_list_shows_seeded_tickets_in_several_languages(desk: Desk) -> None:
    page = (await desk.http.get("/")).text

    for shown in ("Emma Clarke", "لا أستطيع إكمال عنوان التوصيل", "优惠码无法使用", "Postleitzahl"):
        assert shown in page


async def test_start_leads_to_a_launch_link_for_this_ticket_and_the_acting_agent(desk: Desk) -> None:
    await desk.send("/tickets/T-1047", "/agent", agent="Noor Haddad", ticket="T-1047")

    answer = await desk.send("/tickets/T-1047", "/tickets/T-1047/launch")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{CONSOLE}/launch#signed-for-T-1047"
    assert desk.launches == [LaunchRequest("T-1047", "لا أستطيع إكمال عنوان التوصيل", "Noor Haddad", "ar")]


async def test_link_can_be_shown_instead_and_is_kept_nowhere(desk: Desk) -> None:
    shown = await desk.send("/tickets/T-1048", "/tickets/T-1048/launch", show="1")
    again = await desk.http.get("/tickets/T-1048")

    assert f'href="{CONSOLE}/launch#signed-for-T-1048"' in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert "signed-for" not in again.text
    assert "Sam Rivera made a co-browsing link." in again.text


async def test_launch_needs_a_post_with_the_pages_token(desk: Desk) -> None:
    read = await desk.http.get("/tickets/T-1048/launch")
    forged = await desk.http.post("/tickets/T-1048/launch", data={"csrf_token": "guessed"})

    assert read.status_code == 405
    assert forged.status_code == 403
    assert desk.launches == []


async def test_receipt_becomes_a_readable_note_on_its_ticket(desk: Desk) -> None:
    answer = await deliver(desk, "d1", RECEIPT)
    page = (await desk.http.get("/tickets/T-1048")).text

    assert answer.status_code == 204
    for shown in (
        "Sam Rivera",
        "22 November 2026, 10:00–10:04 UTC (4 min 30 s)",
        "/checkout/payment → /checkout/review",
        "Card number (“one digit is <missing>”)",
        "the shopper, with Stop",
        "5 of 5",
    ):
        assert shown in unescape(page)
    assert "<missing>" not in page


async def test_delivery_sent_twice_is_kept_once_and_answered_alike(desk: Desk) -> None:
    first = await deliver(desk, "d1", RECEIPT)
    second = await deliver(desk, "d1", RECEIPT)
    other = await deliver(desk, "d2", RECEIPT)

    assert [first.status_code, second.status_code, other.status_code] == [204, 204, 204]
    assert (await desk.http.get("/tickets/T-1048")).text.count("Co-browsing receipt") == 2


async def test_delivery_with_a_bad_signature_is_refused_and_leaves_nothing(desk: Desk) -> None:
    answer = await deliver(desk, "d1", RECEIPT, signature="good 1")

    assert answer.status_code == 401
    assert "Co-browsing receipt" not in (await desk.http.get("/tickets/T-1048")).text


async def test_malformed_delivery_and_unknown_ticket_are_said_in_words(desk: Desk) -> None:
    unknown = await deliver(desk, "d1", {**RECEIPT, "ticket": "T-9"})
    empty = await deliver(desk, "d2", None)
    nameless = await deliver(desk, "", RECEIPT)
    broken = await desk.http.post("/webhooks/beside", content=b"{", headers={"Beside-Signature": "good 1"})
    large = await deliver(desk, "d3", "x" * 600_000)

    assert (unknown.status_code, unknown.text) == (404, "There is no such ticket.\n")
    assert (empty.status_code, empty.text) == (422, "The body has no receipt.\n")
    assert (nameless.status_code, nameless.text) == (422, "The delivery has no id.\n")
    assert (broken.status_code, broken.text) == (422, "The body is not JSON.\n")
    assert large.status_code == 413


async def test_receipt_of_a_session_that_was_never_allowed_says_so(desk: Desk) -> None:
    await deliver(desk, "d1", {"ticket": "T-1048", "consentAt": None, "endReason": "idle", "pages": [], "rating": None})

    page = (await desk.http.get("/tickets/T-1048")).text

    assert "not allowed by the shopper" in page


async def test_reply_and_status_appear_on_the_ticket(desk: Desk) -> None:
    await desk.send("/tickets/T-1048", "/tickets/T-1048/reply", text="With you now.")
    await desk.send("/tickets/T-1048", "/tickets/T-1048/status", status="solved")
    empty = await desk.send("/tickets/T-1048", "/tickets/T-1048/reply", text="  ")

    page = (await desk.http.get("/tickets/T-1048")).text

    assert empty.status_code == 422
    assert "With you now." in page
    assert '<span class="status solved">' in page
