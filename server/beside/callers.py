"""Whose a request or a socket is, as far as our own proxies vouch for it. Knows no route."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

from beside.settings import Settings
from beside.sharecodes import address_of

# Headers with which proxies say that they pass something on.
_FORWARDING = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def caller_of(connection: HTTPConnection, settings: Settings) -> str:
    """The address, IPv6 as its /64; "unknown" where there is none."""
    trusted = [ipaddress.ip_network(network) for network in settings.trusted_proxies]
    forwarded = ",".join(connection.headers.getlist("x-forwarded-for")) or None
    return address_of(connection.client.host if connection.client else None, forwarded, trusted)


def is_on_this_machine(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the caller is a program here.

    One that a proxy passes on is not, unless the settings trust the proxy: behind any other, everybody's address is
    the proxy's own.
    """
    if not settings.trusted_proxies and any(name in connection.headers for name in _FORWARDING):
        return False
    try:
        return ipaddress.ip_network(caller_of(connection, settings)).is_loopback
    except ValueError:
        return False
