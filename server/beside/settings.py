"""Every setting of the relay, in one frozen object, and the only reader of the environment.

Each field is read from `BESIDE_` + its name in capitals, and stands in `docs/settings.md` with its default; a test
keeps the two equal. Units end the names. Knows nothing of what the settings are used for.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from beside.sites import SettingsError, Site, check_secret, origin_of, read_sites

PREFIX = "BESIDE_"
# What the snippet names on one page at most: `MAX_KEPT_CHARS` there, of which one emoji makes Python take 4 bytes each.
# With less it would be sent again without end.
PAGE_SHEET_BYTES = 8_000_000
# Of one picture that the snippet uploads at most (`MAX_BYTES` and `MAX_PIXELS` in its `mask/pixels.ts`).
PICTURE_BYTES = 256_000
PICTURE_PIXELS = 1_500_000
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this relay runs. Lists are written with commas in the environment."""

    # -- Where it is. `public_url` is the console's origin as browsers see it: links and origin checks are made from it.
    public_url: str
    sites: tuple[Site, ...]
    # The first key signs, each verifies: put a new one in front, and drop the old one when its tokens have expired.
    secret_keys: tuple[str, ...] = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    # A path (SQLite) or a redis:// address.
    store: str = field(default="beside.sqlite3", repr=False)
    workers: int = 1
    # Frames go past uvicorn's and python-socketio's queues (fast_lane.py). Off, all is the same, and costs far more.
    fast_lane: bool = True
    # Networks whose X-Forwarded-For is believed. The wrong proxy here lets a guesser choose their own address.
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "info"
    # Bearer key that /metrics asks for; without one it answers loopback clients only.
    metrics_key: str = field(default="", repr=False)
    # Of messages, those whose way is traced: 0 to 1, and no more a second than `traces.py` lets it.
    trace_share: float = 0.0

    # -- Windows.
    # A shopper changing trains loses signal for about a minute; ending sooner costs a second share code.
    resume_window_s: float = 90.0
    # An announced leave is a bank's page: 3-D Secure challenges time out after 10 minutes (EMV 3DS 2.2, section 5.5).
    away_window_s: float = 900.0
    consent_window_s: float = 120.0
    no_agent_window_s: float = 60.0
    idle_window_s: float = 900.0
    # A session that nobody has joined blocks its ticket; a working day and a half lets it be resumed the next morning.
    offer_window_s: float = 36 * 3600.0
    max_session_s: float = 3600.0
    # How long sockets stay open after the end, so that the shopper can rate and both can read why.
    farewell_window_s: float = 60.0
    code_ttl_s: float = 600.0
    launch_ttl_s: float = 300.0
    retention_s: float = 30 * 86400.0

    # -- Bounds of one socket; what is so much a second is of a person, by whichever sockets (live.py).
    # Twice this closes the connection unread; the snippet's own chunks are 256 kB at most.
    max_message_bytes: int = 512 * 1024
    # A frame once inflated. The largest honest page measured (unpurged Tailwind, 10,000 nodes) is 6 MB.
    max_frame_bytes: int = 16 * 1024 * 1024
    max_deflated_bytes: int = 4 * 1024 * 1024
    max_backlog_bytes: int = 8 * 1024 * 1024
    # Texts of style sheets, kept while the picture is. One page names 2 million characters at most, 8 MB.
    max_sheet_bytes: int = 8 * 1024 * 1024
    # One uploaded picture; the snippet keeps to 256,000. It comes in one message, and so within `max_message_bytes`.
    max_asset_bytes: int = 256 * 1024
    # Width times height; the snippet keeps to 1.5 million, about a phone's screen at twice its pixels.
    max_asset_pixels: int = 2_000_000
    # Of one session, kept while the picture is. A page has some tens; what was offered longest ago goes first.
    max_assets: int = 200
    max_assets_bytes: int = 8 * 1024 * 1024
    # What may wait for one slow agent before it is dropped to the next keyframe.
    max_queue_bytes: int = 4 * 1024 * 1024
    messages_per_s: float = 120.0
    # Of messages that the store must take in (resumes, highlights): people press buttons no faster. What takes
    # something away from agents is not among them (messages.py).
    controls_per_s: float = 5.0
    # Of frames, as they are once inflated. The largest honest page (see above) fits in three times at once, and then
    # every 6 s; reading a megabyte costs 30 to 200 ms of the one thread that all sessions share.
    frame_bytes_per_s: float = 1024 * 1024.0
    # Coded refusals of one person within a minute before their socket is closed.
    max_offences: int = 10
    keyframe_interval_s: float = 2.0
    handshake_window_s: float = 10.0
    ping_interval_s: float = 15.0
    ping_timeout_s: float = 15.0
    max_agents: int = 8
    max_sockets: int = 4000
    # Of one address, that have not yet said whose they are; an office's consoles come back within a moment.
    max_waiting_sockets: int = 100

    # -- Bounds of HTTP.
    max_body_bytes: int = 64 * 1024
    # Wrong codes of one address are counted over this long.
    guess_window_s: float = 3600.0
    # So many wrong codes at a site, of all addresses together, in that window: new codes are longer.
    guess_alarm: int = 200
    asks_per_minute: int = 6
    wait_poll_s: float = 20.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_url", origin_of(self.public_url, "setting BESIDE_PUBLIC_URL"))
        if not self.secret_keys:
            raise SettingsError("BESIDE_SECRET_KEYS is empty: it needs one secret at least.")
        for secret in self.secret_keys:
            check_secret(secret, "in BESIDE_SECRET_KEYS")
        if not self.sites:
            raise SettingsError("No site is configured: the sites file names none.")
        if self.log_level not in LOG_LEVELS:
            raise SettingsError(f"BESIDE_LOG_LEVEL is '{self.log_level}'; it can be {', '.join(LOG_LEVELS)}.")
        for network in self.trusted_proxies:
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                raise SettingsError(
                    f"BESIDE_TRUSTED_PROXIES holds '{network}', which is no network: {error}."
                ) from error
        for setting in dataclasses.fields(self):
            value = getattr(self, setting.name)
            # Port 0 asks the system for a free one; no share of messages is what most relays trace.
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and value <= 0 and setting.name not in ("port", "trace_share"):
                raise SettingsError(f"{PREFIX}{setting.name.upper()} is {value}; it must be more than 0.")
        if not 0 <= self.trace_share <= 1:
            raise SettingsError(
                f"BESIDE_TRACE_SHARE is {self.trace_share}; it is a share of messages, from 0 (none) to 1 (each)."
            )
        if self.max_sheet_bytes < PAGE_SHEET_BYTES:
            raise SettingsError(
                f"BESIDE_MAX_SHEET_BYTES is {self.max_sheet_bytes}; a page may name {PAGE_SHEET_BYTES} bytes of styles."
            )
        if self.max_asset_bytes > self.max_assets_bytes // 2:
            raise SettingsError(
                f"BESIDE_MAX_ASSET_BYTES is {self.max_asset_bytes}; a picture may take half of what a session may keep "
                f"(BESIDE_MAX_ASSETS_BYTES, {self.max_assets_bytes})."
            )
        if self.max_asset_bytes < PICTURE_BYTES or self.max_asset_pixels < PICTURE_PIXELS:
            raise SettingsError(
                f"BESIDE_MAX_ASSET_BYTES is {self.max_asset_bytes}, BESIDE_MAX_ASSET_PIXELS {self.max_asset_pixels}; "
                f"pages upload pictures of up to {PICTURE_BYTES} bytes and {PICTURE_PIXELS} pixels."
            )
        self._check_workers()

    def _check_workers(self) -> None:
        if self.workers > 1 and not self.store.startswith(("redis", "unix:")):
            raise SettingsError(
                f"BESIDE_WORKERS is {self.workers}, but workers share sessions through Redis only. "
                "Set BESIDE_STORE to a redis:// address, or run one worker."
            )

    def site(self, key: str) -> Site | None:
        return next((site for site in self.sites if site.key == key), None)

    @property
    def shop_origins(self) -> frozenset[str]:
        return frozenset(origin for site in self.sites for origin in site.origins)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")


def read_settings(environment: Mapping[str, str], **overrides: Any) -> Settings:
    """Settings from `BESIDE_*` variables; `overrides` (from the command line) win.

    Raises `SettingsError` for an unknown variable, a value of the wrong kind, and what is missing.
    """
    kinds = get_type_hints(Settings)
    given = {name[len(PREFIX) :].lower(): text for name, text in environment.items() if name.startswith(PREFIX)}
    values: dict[str, Any] = {}
    sites_file = given.pop("sites_file", None)
    if sites_file is not None:
        values["sites"] = read_sites(Path(sites_file))
    for name, text in given.items():
        if name not in kinds or name == "sites":
            raise SettingsError(f"{PREFIX}{name.upper()} is not a setting of Beside; docs/settings.md lists them all.")
        values[name] = _parse(f"{PREFIX}{name.upper()}", text, kinds[name])
    values |= overrides
    if "sites" not in values:
        raise SettingsError("BESIDE_SITES_FILE is not set: it names the file that lists your shops (docs/settings.md).")
    for name in ("public_url", "secret_keys"):
        if name not in values:
            raise SettingsError(f"{PREFIX}{name.upper()} is not set, and has no default (docs/settings.md).")
    return Settings(**values)


def _parse(name: str, text: str, kind: Any) -> Any:
    if kind is bool:
        if text not in ("on", "off"):
            raise SettingsError(f"{name} is '{text}'; it can be on or off.")
        return text == "on"
    try:
        if kind is int:
            return int(text)
        if kind is float:
            return float(text)
    except ValueError as error:
        raise SettingsError(f"{name} is '{text}'; it must be a number.") from error
    if kind is str:
        return text
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)
