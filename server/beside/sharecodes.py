"""Share codes and link secrets: drawing, reading, digesting, and how long a guessing address must wait.

Knows nothing of stores or requests: what is kept where, and who asks, is the caller's.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import unicodedata
from collections.abc import Sequence

from beside.errors import Refused

# Six digits are read out without a slip and typed on a phone in one go.
CODE_DIGITS = 6
# While somebody tries codes at a site, of however many addresses: a thousand times as many codes to try.
LONG_CODE_DIGITS = 9
# People mistype; the fifth wrong code in a row is no longer a slip of the thumb.
FREE_GUESSES = 4
# A delay doubles from here ...
FIRST_DELAY_S = 2.0
# ... to here: an address that waits as it must, with wrong codes counted over an hour, tries 314 of a million a day.
LONGEST_DELAY_S = 300.0
# A client is handed a whole /64 by its network (RFC 6177), so any address of it is the same guesser.
IPV6_PREFIX = 64

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def draw_code(digits: int = CODE_DIGITS) -> str:
    """A new share code: decimal digits, evenly drawn."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def draw_secret() -> str:
    """The one-use secret of a shopper link: 128 bits as 22 characters that need no escaping in a URL."""
    return secrets.token_urlsafe(16)


def digest(text: str, site: str, key: str) -> str:
    """What a code or secret is kept under: HMAC-SHA256 in hex, so that a stolen store opens no session.

    `text` is a normalised code or a secret. The site is part of it: the same digits at two shops are two codes.
    """
    # The length keeps site and text apart, whatever characters they hold.
    message = f"{len(site)}:{site}:{text}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def format_code(code: str) -> str:
    """As people see it: `123 456`; a longer code in groups of three too, the last group the longest."""
    if len(code) <= 4:
        return code
    head, rest = code[:3], code[3:]
    return f"{head} {rest}" if len(rest) <= 4 else f"{head} {format_code(rest)}"


def normalise_code(text: str) -> str:
    """The ASCII digits of a typed code, in any script's digits, without blanks and dashes.

    Raises `Refused` "code-malformed" where anything else is in it.
    """
    code = ""
    for character in text:
        value = unicodedata.decimal(character, None)
        if value is not None:
            code += str(value)
        elif not (character.isspace() or unicodedata.category(character) in ("Pd", "Cf")):
            raise Refused("code-malformed", "A share code has digits only; look at it again.")
    if not CODE_DIGITS <= len(code) <= 12:
        raise Refused("code-malformed", f"A share code has {CODE_DIGITS} digits; look at it again.")
    return code


def guess_delay_s(count: int) -> float:
    """How long an address that has guessed wrong `count` times must wait after its last guess, in seconds."""
    over = count - FREE_GUESSES
    if over <= 0:
        return 0.0
    # The exponent is bounded too: 2.0**1100 would overflow.
    return float(min(FIRST_DELAY_S * 2.0 ** min(over - 1, 32), LONGEST_DELAY_S))


def address_of(peer: str | None, forwarded: str | None, trusted: Sequence[Network]) -> str:
    """Whose guess it is: the nearest address that is not one of our own proxies; IPv6 as its /64.

    `peer` is the socket's address, `forwarded` the X-Forwarded-For header, `trusted` the proxies' networks. The
    header is read from the right and only as far as proxies vouch for it: an attacker writes what they like on its
    left, and so cannot pass for somebody else or for many.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    nearest = _parse(peer or "")
    if nearest is None:
        # A Unix socket has no address: the proxy before it is on this machine.
        nearest = _parse(hops.pop()) if hops and trusted else None
    while nearest is not None and hops and any(nearest in network for network in trusted):
        before = _parse(hops.pop())
        if before is None:
            break
        nearest = before
    if nearest is None:
        return "unknown"
    if nearest.version == 6:
        return str(ipaddress.ip_network((nearest, IPV6_PREFIX), strict=False))
    return str(nearest)


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:  # "192.0.2.1:4711", as some proxies write it
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
