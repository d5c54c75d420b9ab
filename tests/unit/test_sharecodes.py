"""Share codes: drawn evenly, read as people type them, kept as digests, and guessed slowly."""

from __future__ import annotations

import re
from ipaddress import ip_network

import pytest

from beside.errors import Refused
from beside.sharecodes import (
    LONGEST_DELAY_S,
    address_of,
    digest,
    draw_code,
    draw_secret,
    format_code,
    guess_delay_s,
    normalise_code,
)

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def test_codes_have_six_digits_and_leading_noughts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beside.sharecodes.secrets.randbelow", lambda bound: 42 if bound == 10**6 else 0)

    assert draw_code() == "000042"


def test_drawn_codes_differ_and_longer_ones_can_be_asked_for() -> None:
    # 2,000 of 10**12 meet twice once in half a million runs.
    assert len({draw_code(12) for _ in range(2000)}) == 2000
    assert re.fullmatch(r"[0-9]{8}", draw_code(8))


def test_a_links_secret_has_128_bits_and_needs_no_escaping() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", draw_secret())
    assert draw_secret() != draw_secret()


@pytest.mark.parametrize(
    ("code", "shown"),
    [("123456", "123 456"), ("1234567", "123 4567"), ("12345678", "123 456 78"), ("123456789", "123 456 789")],
)
def test_a_code_is_shown_in_groups(code: str, shown: str) -> None:
    assert format_code(code) == shown
    assert normalise_code(shown) == code


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        "123 456",
        " 12 34 56 ",
        "123-456",
        "123–456",
        "１２３４５６",
        "١٢٣٤٥٦",
        "۱۲۳ ۴۵۶",
        "123\u00a0456\n",
        "\u200e123456",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_code(typed) == "123456"


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567890123", "12345a", "123.456", "²²²²²²", "一二三四五六", "123456'--"]
)
def test_what_is_no_code_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        normalise_code(typed)

    assert caught.value.code == "code-malformed"
    assert not typed or typed not in str(caught.value)


def test_a_digest_belongs_to_its_code_its_site_and_its_key() -> None:
    ours = digest("123456", "shop", "key")

    assert re.fullmatch(r"[0-9a-f]{64}", ours)
    assert ours == digest("123456", "shop", "key")
    assert (
        len({ours, digest("123457", "shop", "key"), digest("123456", "desk", "key"), digest("123456", "shop", "k")})
        == 4
    )
    assert digest("1:23", "a", "key") != digest("23", "a:1", "key")


def test_the_first_wrong_codes_are_free_and_then_the_wait_doubles_to_a_bound() -> None:
    delays = [guess_delay_s(count) for count in range(20)]

    assert delays[:5] == [0, 0, 0, 0, 0]
    assert delays[5:9] == [2, 4, 8, 16]
    assert delays == sorted(delays)
    assert guess_delay_s(10_000) == LONGEST_DELAY_S


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        # A stranger's own header counts for nothing.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        # The left is whatever the stranger wrote.
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, rubbish", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("fd00::1", "2001:db8::9", "2001:db8::/64"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
        (None, None, "unknown"),
        # Behind a Unix socket the proxy has no address.
        (None, "1.2.3.4, 198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_guesser_is_the_nearest_address_that_is_not_ours(
    peer: str | None, forwarded: str | None, expected: str
) -> None:
    assert address_of(peer, forwarded, PROXIES) == expected


def test_without_trusted_proxies_the_header_is_never_read() -> None:
    assert address_of("203.0.113.9", "198.51.100.1", []) == "203.0.113.9"
    assert address_of(None, "198.51.100.1", []) == "unknown"
