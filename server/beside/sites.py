"""The shops that a relay serves, read from the sites file. Knows nothing of the environment or of sessions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from beside.errors import PolicyRefused, SentenceError
from beside.policy.signing import open_signed
from beside.protocol import SITE_KEY, SitePattern

# Itsdangerous signs with HMAC-SHA; NIST SP 800-107 asks for a key no shorter than half the hash. 32 characters of any
# text drawn by a machine hold at least 128 bits.
MIN_SECRET_CHARS = 32
_KEY = re.compile(SITE_KEY)
_FIELDS = frozenset(
    {
        "name",
        "origins",
        "shop_url",
        "launch_secrets",
        "webhook_url",
        "webhook_secret",
        "asset_origins",
        "policy_version",
        "policy_file",
    }
)


class SettingsError(SentenceError):
    """A setting is missing or wrong; the sentence names it and says what it should be."""

    code = "settings"


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One shop: the key in its script tag, the origins its pages come from, and its helpdesk.

    `launch_secrets` sign launch links made by the helpdesk's own back end (any of them verifies); with none, launch
    links come from the REST API alone. `asset_origins`: where the mirror may load images, fonts and style sheets from.
    `policy`: the signed policy as it is served, byte for byte; None where pages are not told to want one. `patterns`:
    what of it the relay looks for too.
    """

    key: str
    name: str
    origins: tuple[str, ...]
    shop_url: str
    launch_secrets: tuple[str, ...] = ()
    webhook_url: str | None = None
    webhook_secret: str | None = None
    asset_origins: tuple[str, ...] = ()
    policy_version: int = 1
    policy: bytes | None = None
    patterns: tuple[SitePattern, ...] = ()

    def __repr__(self) -> str:
        return f"Site(key={self.key!r})"


def read_sites(path: Path) -> tuple[Site, ...]:
    """Reads the sites file (TOML, one table `[sites.KEY]` a shop). Raises `SettingsError` with what is wrong in it."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"The sites file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The sites file {path} is not TOML: {error}.") from error
    tables = document.pop("sites", None)
    if document:
        raise SettingsError(f"The sites file {path} has an unknown part '{next(iter(document))}'.")
    if not isinstance(tables, dict) or not tables:
        raise SettingsError(f"The sites file {path} names no site: add a table [sites.KEY].")
    return tuple(site_of(key, table, path.parent) for key, table in tables.items())


def site_of(key: str, table: Mapping[str, Any], folder: Path = Path()) -> Site:
    """Checks one site's table, whose `policy_file` is read from `folder` on. Raises `SettingsError`."""
    where = f"site '{key}'"
    if not _KEY.fullmatch(key):
        raise SettingsError(f"The key of {where} must be lower-case letters, digits and dashes, 40 at most.")
    unknown = sorted(set(table) - _FIELDS)
    if unknown:
        raise SettingsError(f"The {where} has an unknown setting '{unknown[0]}'.")
    table = {**table, **_read_policy(key, table, folder)}
    table.pop("policy_file", None)
    try:
        site = msgspec.convert({**table, "key": key}, Site)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The {where} is not right: {error}.") from error
    if not site.origins:
        raise SettingsError(f"The {where} lists no origins: its pages could not ask for help.")
    origins = tuple(origin_of(origin, f"origins of {where}") for origin in site.origins)
    assets = tuple(origin_of(origin, f"asset_origins of {where}") for origin in site.asset_origins) or origins
    if origin_of(site.shop_url, f"shop_url of {where}", bare=False) not in origins:
        raise SettingsError(f"The shop_url of {where} is on none of its origins.")
    if "#" in site.shop_url:
        raise SettingsError(f"The shop_url of {where} must have no '#': the shopper link puts its own there.")
    for secret in (*site.launch_secrets, *filter(None, [site.webhook_secret])):
        check_secret(secret, f"of {where}")
    if (site.webhook_url is None) != (site.webhook_secret is None):
        raise SettingsError(f"The {where} needs both webhook_url and webhook_secret, or neither.")
    if site.webhook_url is not None:
        origin_of(site.webhook_url, f"webhook_url of {where}", bare=False)
    return msgspec.structs.replace(site, origins=origins, asset_origins=assets)


def _read_policy(key: str, table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The signed policy that a site's table names, and its version. Who signed it, the shop's pages check."""
    if "policy_file" not in table:
        return {}
    where = f"policy_file of site '{key}'"
    if "policy_version" in table:
        raise SettingsError(f"The {where} has the version in it: remove policy_version.")
    try:
        content = (folder / str(table["policy_file"])).read_bytes()
        policy = open_signed(content)
    except OSError as error:
        raise SettingsError(f"The {where} cannot be read: {error.strerror}.") from error
    except PolicyRefused as error:
        raise SettingsError(f"The {where} is refused. {error}") from error
    if policy.site != key:
        raise SettingsError(f"The {where} is a policy of '{policy.site}'.")
    return {"policy": content, "policy_version": policy.version, "patterns": policy.patterns}


def origin_of(address: str, what: str, *, bare: bool = True) -> str:
    """The origin of an http(s) address as browsers write it; with `bare`, the address must be nothing but an origin.

    Plain http is taken on loopback names alone, where browsers trust it too (W3C Secure Contexts, section 3.1).
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"The {what} holds '{address}', which is not an address.") from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise SettingsError(f"The {what} holds '{address}'; write an https address such as https://shop.example.")
    if bare and (parts.path not in ("", "/") or parts.query or parts.fragment):
        raise SettingsError(f"The {what} holds '{address}'; write the origin alone, such as https://shop.example.")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(f"The {what} holds '{address}'; plain http is allowed on localhost only. Use https.")
    shown = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + ("" if port in (None, default) else f":{port}")


def is_loopback(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or host == "::1" or host.startswith("127.")


def check_secret(secret: str, what: str) -> None:
    if len(secret) < MIN_SECRET_CHARS:
        raise SettingsError(
            f"A secret {what} has {len(secret)} characters; it needs {MIN_SECRET_CHARS}. "
            "Draw one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
