"""The tripwire finds numbers however a page cuts them up, and leaves alone what it must not read."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.payment_numbers import CARDS, IBANS

from beside import payment_numbers
from beside.payment_numbers import IBAN_LENGTHS, LINE_END, MIN_IBAN_DIGITS, may_hold_number
from beside.protocol import (
    AdoptedChange,
    AlikeChange,
    AttributesChange,
    BoxEntry,
    ChildrenChange,
    ElementEntry,
    Entry,
    Field,
    FieldChange,
    FieldContent,
    FieldsChange,
    Frame,
    Keyframe,
    LabelChange,
    MaskedTextEntry,
    MovedEntry,
    Mutation,
    Page,
    ShadowRootEntry,
    SheetChange,
    SvgEntry,
    TextChange,
    TextEntry,
    TextsChange,
)
from beside.tripwire import Trip, shows_number, trips

VISA = "4111111111111111"
PAGE = Page(origin="http://shop.localhost", path="/pay", quirks=False)


def keyframe(*entries: Entry) -> Keyframe:
    return Keyframe(1, 0, PAGE, list(entries), [])


def mutation(*changes: object, first: int = 50) -> Mutation:
    return Mutation(1, 1, first, list(changes))  # type: ignore[arg-type]


def el(name: str, *inner: Entry | list[Entry], **attributes: str) -> list[Entry]:
    """An element with what is in it, in preorder."""
    below = [entry for part in inner for entry in (part if isinstance(part, list) else [part])]
    return [ElementEntry(name, attributes, len(inner)), *below]


def spread(text: str, name: str) -> list[Entry]:
    """One element a character."""
    return el("p", *(el(name, TextEntry(character)) for character in text))


@pytest.mark.parametrize("number", CARDS, ids=lambda number: number[:6])
@pytest.mark.parametrize("separator", ["", " ", "-", "\u00a0", "\u2009", "\u2011", "\u2013", "\u00ad", "\u200b"])
def test_a_card_number_in_one_text_trips(number: str, separator: str) -> None:
    grouped = separator.join(number[at : at + 4] for at in range(0, len(number), 4))

    assert trips(keyframe(TextEntry(f"Card: {grouped}, valid"))) == Trip("card", 2)


@pytest.mark.parametrize("iban", IBANS, ids=lambda iban: iban[:2])
@pytest.mark.parametrize("separator", ["", " ", "-"])
def test_an_iban_in_one_text_trips(iban: str, separator: str) -> None:
    grouped = separator.join(iban[at : at + 4] for at in range(0, len(iban), 4))

    assert trips(keyframe(TextEntry(f"pay to {grouped} soon"))) == Trip("iban", 2)
    assert trips(keyframe(TextEntry(f"pay to {grouped.lower()}"))) == Trip("iban", 2)


@pytest.mark.parametrize(
    "shown",
    [
        "3782 822463 10005",
        "3782-822463-10005",
        "41111111 11111111",
        "411111 1111111111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "41 11 11 11 11 11 11 11",
        "4111 1111 1111 1111 12/29",
        "123 4111 1111 1111 1111",
        "4111 1111 1111 1111 123",
        "Visa4111111111111111",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "４１１１１１１１１１１１１１１１",
    ],
)
def test_a_card_number_trips_however_it_is_grouped(shown: str) -> None:
    assert trips(keyframe(TextEntry(shown))) == Trip("card", 2)


@pytest.mark.parametrize(
    "entries",
    [
        spread(VISA, "span"),
        spread(VISA, "div"),
        spread(VISA, "fancy-digit"),
        el("p", TextEntry("4111 "), el("b", TextEntry("1111")), TextEntry(" 1111 "), el("i", TextEntry("1111"))),
        el("div", *(el("div", TextEntry("4111" if n == 0 else "1111")) for n in range(4))),
        el("div", *(el("li", TextEntry(f"\n    {'4111' if n == 0 else '1111'}\n  ")) for n in range(4))),
        el("p", el("span", TextEntry(VISA)), el("span", TextEntry("12")), el("span", TextEntry("/29"))),
        el("p", el("span", TextEntry("Order 7")), el("span", TextEntry(VISA))),
        el("p", el("span", TextEntry("2026 ")), el("span", TextEntry("4111 1111 1111 1111"))),
        el("x-card", [ShadowRootEntry(2), TextEntry("41111111"), TextEntry("11111111")]),
    ],
    ids=["spans", "divs", "custom", "inline", "stacked-fours", "list", "expiry", "prefix", "year", "shadow"],
)
def test_a_card_number_trips_when_the_page_cuts_it_up(entries: list[Entry]) -> None:
    trip = trips(keyframe(*entries))

    assert trip is not None
    assert trip.rule == "card"


@pytest.mark.parametrize(
    "entries",
    [
        # Cells and blocks: what stands in them was never one number.
        el("tr", el("td", TextEntry("411111")), el("td", TextEntry("1111111111"))),
        el("div", el("p", TextEntry("4111 1111")), el("p", TextEntry("1111 1111"))),
        # A number goes through no masked text, no box and no node that was there before.
        el("p", TextEntry("41111111"), MaskedTextEntry(), TextEntry("11111111")),
        el("p", TextEntry("41111111"), BoxEntry("media", "video", 8, 8, ""), TextEntry("11111111")),
        el("p", TextEntry("41111111"), MovedEntry(9), TextEntry("11111111")),
        [TextEntry("0.4111111111111111")],
        [TextEntry("1,4111111111111111")],
        [TextEntry("4111  -  1111 / 1111 / 1111")],
        [TextEntry("41111111111111112")],
        [TextEntry("4111111111111112")],
        [TextEntry("5 4 1 1")],
        [TextEntry("9400 4111 1111 1111 1111 00")],
        [TextEntry("4111-111111 1111-11")],
        [TextEntry("DE88370400440532013000")],
        [TextEntry("XX89370400440532013000")],
        [TextEntry("DE8937040044053201300")],
        [TextEntry("ADE89370400440532013000")],
        [TextEntry("DE89370400440532013000X")],
        [TextEntry("GB82 WEST STREET NUMBER ABC")],
    ],
)
def test_what_is_no_number_passes(entries: list[Entry]) -> None:
    assert trips(keyframe(*entries)) is None


def test_the_trip_names_the_node_in_which_the_number_begins() -> None:
    body = el("body", el("p", TextEntry("Hello")), el("p", TextEntry("Card "), el("b", TextEntry(VISA))))

    assert trips(keyframe(*body)) == Trip("card", 8)


@pytest.mark.parametrize(("line", "shows"), [(f"Pay {VISA}", True), ("Pay 41.11 EUR", False), ("", False)])
def test_a_line_that_comes_beside_the_frames_is_judged_alike(line: str, shows: bool) -> None:
    assert shows_number(line) is shows


def test_nodes_are_counted_over_all_changes_and_moved_nodes_take_no_number() -> None:
    changes = [
        ChildrenChange(1, 0, 0, [*el("p", TextEntry("a")), MovedEntry(4)]),
        ChildrenChange(1, 0, 0, [MovedEntry(3), TextEntry(VISA)]),
    ]

    assert trips(mutation(*changes, first=100)) == Trip("card", 102)


@pytest.mark.parametrize("name", ["title", "alt", "placeholder", "aria-label", "data-text", "value", "content"])
def test_an_attribute_that_people_read_trips(name: str) -> None:
    assert trips(keyframe(ElementEntry("input", {name: VISA}, 0))) == Trip("card", 2)
    assert trips(mutation(AttributesChange(7, {name: f"card {VISA}"}))) == Trip("card", 7)
    assert trips(mutation(AlikeChange([7, 2], {name: f"card {VISA}"}))) == Trip("card", 7)


@pytest.mark.parametrize(
    "name",
    [
        *("id", "class", "style", "name", "for", "datetime", "href", "src", "srcset", "action", "data-url", "itemid"),
        *("aria-controls", "aria-labelledby", "data-id", "data-variant-id", "data-product", "data-sku"),
    ],
)
def test_ids_urls_style_and_times_are_not_read(name: str) -> None:
    assert trips(keyframe(ElementEntry("a", {name: VISA}, 0))) is None
    assert trips(mutation(AttributesChange(7, {name: VISA}))) is None


def test_drawings_are_read_for_their_text_alone() -> None:
    assert trips(keyframe(SvgEntry("path", {"d": VISA, "points": VISA, "transform": VISA}, 0))) is None
    assert trips(keyframe(SvgEntry("svg", {"aria-label": VISA}, 0))) == Trip("card", 2)
    assert trips(keyframe(SvgEntry("text", {}, 1), TextEntry(VISA))) == Trip("card", 3)


def test_style_sheets_and_silent_elements_are_not_read() -> None:
    assert trips(mutation(SheetChange(3, f"a{{width:{VISA}px}}", None, "", False))) is None
    assert trips(mutation(AdoptedChange(1, [f".x{{left:{VISA}px}}"]))) is None
    assert trips(keyframe(*el("style", TextEntry(f"/* {VISA} */")), TextEntry("after"))) is None
    assert trips(keyframe(*el("style", TextEntry("a{}")), TextEntry(VISA))) == Trip("card", 4)


def test_changed_text_trips_alone_and_one_character_a_node() -> None:
    assert trips(mutation(TextChange(9, f"Card {VISA}"))) == Trip("card", 9)
    assert trips(mutation(*(TextChange(9 + n, digit) for n, digit in enumerate(VISA)))) == Trip("card", 9)
    assert trips(mutation(TextChange(9, None), TextChange(10, "4111"))) is None
    assert trips(mutation(TextChange(9, "411111"), TextChange(10, "1111111111"))) is None


@pytest.mark.parametrize(
    "texts",
    [
        [(9, "Ready"), (12, f"Card {VISA}")],
        [(9 + n, digit) for n, digit in enumerate(VISA)],
        [(90 - n, digit) for n, digit in enumerate(VISA)],
        [(9, None), (10, "4111")],
        [(9, "411111"), (10, "1111111111")],
        [(9, VISA[:4]), (10, None), (11, VISA[4:8]), (12, VISA[8:12]), (13, VISA[12:])],
    ],
    ids=["whole", "digits", "digits-backwards", "masked", "halves", "fours"],
)
def test_texts_told_together_trip_as_they_do_one_by_one(texts: list[tuple[int, str | None]]) -> None:
    one_by_one = trips(mutation(*(TextChange(node, text) for node, text in texts)))

    assert trips(mutation(TextsChange(texts))) == one_by_one
    assert trips(mutation(TextChange(*texts[0]), TextsChange(texts[1:]))) == one_by_one


def test_labels_of_fields_and_boxes_and_what_a_shown_field_holds_trip() -> None:
    masked = Field(
        kind="text", label="Card", purpose="cc-number", verdict="mask", reason="floor-autocomplete", required=True,
        disabled=False, status=None, content=None,
    )  # fmt: skip
    shown = msgspec.structs.replace(masked, verdict="show", content=FieldContent(VISA, None))

    assert trips(mutation(FieldChange(7, masked))) is None
    assert trips(mutation(FieldChange(7, None))) is None
    assert trips(mutation(FieldChange(7, shown))) == Trip("card", 7)
    assert trips(mutation(FieldChange(7, msgspec.structs.replace(masked, label=VISA)))) == Trip("card", 7)
    assert trips(mutation(FieldsChange([7, 2], masked))) is None
    assert trips(mutation(FieldsChange([7, 2], msgspec.structs.replace(masked, label=VISA)))) == Trip("card", 7)
    assert trips(mutation(LabelChange(7, f"Card {VISA}"))) == Trip("card", 7)
    assert trips(mutation(LabelChange(7, "Card"))) is None
    assert trips(keyframe(BoxEntry("blocked", VISA, 8, 8, ""))) == Trip("card", 2)


def test_a_page_path_is_an_address_and_not_read() -> None:
    page = Page(origin="http://shop.localhost", path=f"/{VISA}", quirks=False)

    assert trips(Keyframe(1, 0, page, [], [])) is None


@given(
    st.lists(
        st.one_of(
            st.builds(TextEntry, st.text(max_size=40)),
            st.builds(TextEntry, st.text("0123456789 -DE\n", max_size=60)),
            st.builds(ElementEntry, st.sampled_from(["p", "b", "style", "x-y"]), st.just({}), st.integers(0, 4)),
            st.builds(ShadowRootEntry, st.integers(0, 3)),
            st.builds(MaskedTextEntry),
        ),
        max_size=30,
    )
)
def test_no_frame_that_decodes_breaks_it(entries: list[Entry]) -> None:
    frame: Frame = msgspec.json.decode(msgspec.json.encode(keyframe(*entries)), type=Frame)

    trips(frame)


@pytest.mark.parametrize(
    "text",
    [
        "4" * 200_000,
        "4 " * 100_000,
        "4-" * 100_000,
        "41111111111111112 " * 10_000,
        "DE89" * 50_000,
        "DE89 3704 0044 0532 0130 01 " * 7_000,
        "1" + " " * 200_000,
        ("1" + "\u200b" * 20) * 10_000,
        "a" * 200_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_time_is_linear_in_the_text(text: str) -> None:
    tenth, whole = keyframe(TextEntry(text[: len(text) // 10])), keyframe(TextEntry(text))

    short_s, long_s = (min(_seconds(frame) for _ in range(3)) for frame in (tenth, whole))

    # Ten times the text: ten times the time, with room for a busy machine; quadratic would be a hundred.
    assert long_s < max(35 * short_s, 0.02)


@pytest.mark.parametrize(
    "text",
    [
        "4 " * 2_000_000,
        "4444 4444 5 " * 200_000,
        "DE11" * 1_000_000,
        "٤" * 3_000_000,
        "123456789012a" * 300_000,
        "411111111111 1" + "a" * 3_900_000,
        "DE1 " * 970_000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_a_frame_that_means_to_hold_up_the_relay_is_withheld_soon(text: str) -> None:
    start = time.process_time()

    trip = trips(keyframe(TextEntry(text)))

    # An idle machine takes a quarter of this.
    assert time.process_time() - start < 3
    assert trip is None or trip.rule == "digits"


def test_many_texts_share_one_frames_effort() -> None:
    texts: list[Entry] = [ElementEntry("i", {"title": "4 " * 1000}, 0) for _ in range(100)]

    assert trips(keyframe(*texts[:10])) is None
    trip = trips(keyframe(*texts))

    assert trip is not None
    assert trip.rule == "digits"


def _seconds(frame: Frame) -> float:
    start = time.process_time()
    trips(frame)
    return time.process_time() - start


PIECES = st.sampled_from(
    [
        *"0123456789",
        "4242",
        "DE",
        "de",
        "xx",
        "a",
        " ",
        "-",
        "\t",
        "\x1c",
        LINE_END,
        "\u00a0",
        "\u2013",
        "\u200b",
        "é",
        "٤",
        "𝟒",
        "€",
        ".",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_quick_look_at_a_text_says_what_the_patterns_say(text: str) -> None:
    is_like_card = payment_numbers._LIKE_CARD.search(text)
    is_like_iban = any(found[0].upper() in IBAN_LENGTHS for found in payment_numbers._LIKE_IBAN.finditer(text))
    digits = sum(character.isdecimal() for character in text)

    says = may_hold_number(text)

    # An account number has ten digits at least, which the patterns leave to whoever looks closer.
    assert says == bool(is_like_card or is_like_iban) or (not says and digits < MIN_IBAN_DIGITS)
