"""The receipt tells what happened, in order and once, from the session and its trail."""

from __future__ import annotations

import msgspec

from beside.bodies import Receipt, ReceiptHighlight, ReceiptPage, ReceiptPause, ReceiptPerson
from beside.receipts import receipt_of, time_of
from beside.session import Participant, Session, TrailEntry

START = 1_800_000_000.0  # 2027-01-15T08:00:00Z

SESSION = Session(
    id="s1",
    site="shop",
    ticket="T-1",
    subject="Card refused",
    locale="ar",
    created_at=START,
    state="live",
    state_since=START,
    participants=(
        Participant(id="amal", role="agent", name="Amal", admission="admitted"),
        Participant(id="bo", role="agent", name="Bo", admission="refused"),
        Participant(id="shopper", role="shopper", name=""),
    ),
)


def at(seconds: float) -> str:
    return time_of(START + seconds)


def entry(seconds: float, kind: str, participant: str | None = None, **detail: str) -> TrailEntry:
    return TrailEntry(at=START + seconds, kind=kind, participant=participant, detail=detail)


def replaced(**changes: object) -> Session:
    return msgspec.structs.replace(SESSION, **changes)


def test_times_are_rfc_3339_in_utc() -> None:
    assert time_of(START + 0.25) == "2027-01-15T08:00:00.250Z"


def test_a_session_that_nobody_joined_has_an_empty_receipt() -> None:
    receipt = receipt_of(SESSION, [])

    assert receipt.created_at == at(0)
    assert receipt.consent_at is None
    assert receipt.ended_at is None
    assert receipt.end_reason is None
    assert (receipt.agents, receipt.pages, receipt.highlights, receipt.pauses) == ([], [], [], [])


def test_what_the_session_holds_stands_in_the_receipt() -> None:
    receipt = receipt_of(
        replaced(
            state="ended",
            end_reason="shopper-stopped",
            ended_at=START + 90,
            consent_at=START + 10,
            consent_locale="ar",
            consent_text_version="3",
            grants=("view", "point"),
            fields_masked=7,
            rating=5,
            snippet_version="0.1.0",
            policy_version=2,
        ),
        [],
    )

    assert receipt == Receipt(
        session="s1",
        site="shop",
        ticket="T-1",
        subject="Card refused",
        created_at=at(0),
        consent_at=at(10),
        ended_at=at(90),
        end_reason="shopper-stopped",
        agents=[],
        grants=["view", "point"],
        consent_locale="ar",
        consent_text_version="3",
        pages=[],
        highlights=[],
        pauses=[],
        fields_masked=7,
        rating=5,
        snippet_version="0.1.0",
        policy_version=2,
    )


def test_an_agent_is_there_from_the_first_join_to_the_last_leave() -> None:
    trail = [entry(1, "join", "amal"), entry(5, "leave", "amal"), entry(6, "join", "amal"), entry(60, "leave", "amal")]

    receipt = receipt_of(SESSION, trail)

    assert receipt.agents == [ReceiptPerson(name="Amal", joined_at=at(1), left_at=at(60))]


def test_an_agent_who_came_back_has_not_left() -> None:
    trail = [entry(1, "join", "amal"), entry(5, "leave", "amal"), entry(6, "join", "amal")]

    assert receipt_of(SESSION, trail).agents[0].left_at is None
    assert receipt_of(replaced(state="ended", ended_at=START + 70), trail).agents[0].left_at == at(70)


def test_an_agent_who_was_never_let_in_is_not_named() -> None:
    """Also one who opened the console, asked to join, waited and went: nothing of the page reached them."""
    trail = [entry(1, "join", "amal"), entry(2, "launch", "bo", name="Bo"), entry(9, "leave", "bo")]
    for admission in ("waiting", "refused"):
        bo = Participant(id="bo", role="agent", name="Bo", admission=admission, joined_at=START + 2)
        asked = replaced(consent_at=START, participants=(SESSION.participants[0], bo))

        assert [person.name for person in receipt_of(asked, trail).agents] == ["Amal"]


def test_an_agent_who_was_let_in_is_named_also_where_the_note_of_it_was_lost() -> None:
    amal = Participant(id="amal", role="agent", name="Amal", admission="admitted", joined_at=START + 2)

    receipt = receipt_of(replaced(consent_at=START + 5, participants=(amal,)), [])

    assert receipt.agents == [ReceiptPerson(name="Amal", joined_at=at(5), left_at=None)]


def test_an_agent_from_whom_the_shopper_took_the_view_left_then() -> None:
    trail = [
        entry(1, "admission", "bo", admitted="True"),
        entry(2, "join", "bo", name="Bo"),
        entry(30, "admission", "bo", admitted="False"),
    ]

    assert receipt_of(replaced(ended_at=START + 70), trail).agents == [
        ReceiptPerson(name="Bo", joined_at=at(2), left_at=at(30))
    ]


def test_nobody_watches_longer_than_the_session() -> None:
    trail = [entry(1, "join", "amal"), entry(75, "leave", "amal")]

    assert receipt_of(replaced(ended_at=START + 70), trail).agents[0].left_at == at(70)


def test_pages_are_listed_in_order_and_a_page_told_again_is_one_visit() -> None:
    paths = ["/basket", "/basket", "/checkout/:id", "/basket"]

    receipt = receipt_of(SESSION, [entry(n, "page", path=path) for n, path in enumerate(paths)])

    assert receipt.pages == [
        ReceiptPage(path="/basket", at=at(0)),
        ReceiptPage(path="/checkout/:id", at=at(2)),
        ReceiptPage(path="/basket", at=at(3)),
    ]


def test_a_highlight_gets_its_own_agents_outcome() -> None:
    trail = [
        entry(1, "highlight", "amal", act="h1", label="Postcode", message="Please check"),
        entry(2, "highlight", "bo", act="h1", label="City", message=""),
        entry(3, "outcome", "amal", act="h1", outcome="shown"),
        entry(4, "outcome", "bo", act="h1", outcome="gone"),
        entry(5, "outcome", "amal", act="h1", outcome="dismissed"),
        entry(6, "outcome", "amal", act="h9", outcome="shown"),
    ]

    assert receipt_of(SESSION, trail).highlights == [
        ReceiptHighlight(agent_name="Amal", label="Postcode", message="Please check", at=at(1), outcome="dismissed"),
        ReceiptHighlight(agent_name="Bo", label="City", message="", at=at(2), outcome="gone"),
    ]


def test_what_is_no_field_is_called_as_the_shoppers_page_says() -> None:
    trail = [
        entry(1, "highlight", "amal", act="h1", label="", message=""),
        entry(2, "outcome", "amal", act="h1", outcome="shown", label="Pay now"),
        entry(3, "outcome", "amal", act="h1", outcome="dismissed", label=""),
        entry(4, "highlight", "amal", act="h2", label="City", message=""),
        entry(5, "outcome", "amal", act="h2", outcome="shown", label="Town"),
    ]

    assert [item.label for item in receipt_of(SESSION, trail).highlights] == ["Pay now", "City"]


def test_an_act_name_used_again_is_another_highlight() -> None:
    trail = [
        entry(1, "highlight", "amal", act="h1", label="A", message=""),
        entry(2, "outcome", "amal", act="h1", outcome="expired"),
        entry(3, "highlight", "amal", act="h1", label="B", message=""),
        entry(4, "outcome", "amal", act="h1", outcome="shown"),
    ]

    assert [(item.label, item.outcome) for item in receipt_of(SESSION, trail).highlights] == [
        ("A", "expired"),
        ("B", "shown"),
    ]


def test_pauses_end_with_a_resume_another_pause_or_the_end() -> None:
    trail = [
        entry(1, "pause", reason="shopper"),
        entry(2, "resume"),
        entry(3, "pause", reason="no-agent"),
        entry(4, "pause", reason="bar-hidden"),
        entry(9, "end", reason="agent-ended"),
    ]

    assert receipt_of(replaced(state="ended", ended_at=START + 9), trail).pauses == [
        ReceiptPause(reason="shopper", at=at(1), ended_at=at(2)),
        ReceiptPause(reason="no-agent", at=at(3), ended_at=at(4)),
        ReceiptPause(reason="bar-hidden", at=at(4), ended_at=at(9)),
    ]


def test_a_pause_that_still_lasts_has_no_end() -> None:
    assert receipt_of(SESSION, [entry(1, "resume"), entry(2, "pause", reason="shopper")]).pauses == [
        ReceiptPause(reason="shopper", at=at(2), ended_at=None)
    ]


def test_entries_of_unknown_kinds_and_without_details_are_passed_over() -> None:
    trail = [
        entry(1, "trip", rule="card"),
        entry(2, "created"),
        entry(3, "outcome"),
        entry(4, "leave"),
        entry(5, "join"),
    ]

    receipt = receipt_of(SESSION, trail)

    assert (receipt.agents, receipt.pages, receipt.highlights, receipt.pauses) == ([], [], [], [])


def test_entries_are_told_by_time_however_they_were_committed() -> None:
    trail = [entry(5, "page", path="/b"), entry(1, "page", path="/a")]

    assert [page.path for page in receipt_of(SESSION, trail).pages] == ["/a", "/b"]
