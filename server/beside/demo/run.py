"""Starts the whole demo: relay, shop, bank and helpdesk in one process on one port, each under its own host name."""

from __future__ import annotations

import json
import secrets
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

from beside import __version__
from beside.app import create_app
from beside.demo.app import CONSOLE, DESK, SHOP, RelayParts, Snippet, create_demo_app, origin
from beside.demo.helpdesk import LaunchRequest
from beside.errors import BesideError
from beside.launching import new_id
from beside.routes.static import ROOT
from beside.serving import serve_app
from beside.settings import Settings, read_settings
from beside.sites import site_of
from beside.tokens import LaunchClaims, Signer
from beside.webhooks import SIGNATURE_HEADER, verify

SITE = "fern-field"


def run_demo(port: int, data_dir: Path, environment: Mapping[str, str]) -> None:
    """Serves the demo until it is interrupted. Raises `BesideError` with what to do where it cannot."""
    data_dir.mkdir(parents=True, exist_ok=True)
    settings = demo_settings(port, data_dir, environment)
    try:
        app = create_demo_app(port, data_dir, _relay_parts(port, settings))
    except FileNotFoundError as error:
        raise BesideError(str(error)) from None
    serve_app(app, settings, says=_invitation(port))


def demo_settings(port: int, data_dir: Path, environment: Mapping[str, str]) -> Settings:
    """Settings from the environment, but for what makes the demo: its origins, its one shop, its files and its secrets.

    The secrets are drawn once and kept, so that a restart finds its sessions again.
    """
    keys = _kept_keys(data_dir / "relay-keys.json")
    site = site_of(
        SITE,
        {
            "name": "Fern & Field",
            "origins": [origin(SHOP, port)],
            "shop_url": f"{origin(SHOP, port)}/",
            "launch_secrets": [keys["launch"]],
            "webhook_url": f"{origin(DESK, port)}/webhooks/beside",
            "webhook_secret": keys["webhook"],
        },
    )
    # A sites file is a shop's own, and would be read for nothing.
    given = {name: text for name, text in environment.items() if name != "BESIDE_SITES_FILE"}
    return read_settings(
        {"BESIDE_LOG_LEVEL": "warning", **given},
        public_url=origin(CONSOLE, port),
        sites=(site,),
        secret_keys=(keys["relay"],),
        port=port,
        store=str(data_dir / "relay.sqlite3"),
    )


def _relay_parts(port: int, settings: Settings) -> RelayParts:
    site = settings.sites[0]
    signer = Signer(site.launch_secrets)

    def make_launch_link(wanted: LaunchRequest) -> str:
        claims = LaunchClaims(
            site=SITE,
            ticket=wanted.ticket_id,
            subject=wanted.subject,
            agent_name=wanted.agent_name,
            locale=wanted.locale,
            id=new_id(),
            session=None,
        )
        return f"{settings.public_url}/launch#{signer.sign_launch(claims)}"

    def verify_webhook(headers: Mapping[str, str], body: bytes) -> bool:
        signature = headers.get(SIGNATURE_HEADER.lower(), "")
        return site.webhook_secret is not None and verify(site.webhook_secret, signature, body, time.time())

    return RelayParts(
        console_app=create_app(settings),
        snippet=Snippet(
            src=f"{settings.public_url}/v/{__version__}/beside.js", integrity=_snippet_integrity(), site=SITE
        ),
        make_launch_link=make_launch_link,
        verify_webhook=verify_webhook,
    )


def _snippet_integrity() -> str:
    try:
        manifest = json.loads((ROOT / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        raise BesideError("The snippet is not built. Run `make build`, then start the demo again.") from None
    return str(manifest["integrity"])


def _kept_keys(path: Path) -> dict[str, str]:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({name: secrets.token_urlsafe(32) for name in ("relay", "launch", "webhook")}))
    keys: dict[str, str] = json.loads(path.read_text("utf-8"))
    return keys


def _invitation(port: int) -> str:
    return textwrap.dedent(
        f"""
        Beside {__version__}: a demo shop and a demo helpdesk, in one process. Open them in two windows side by side.

          1. Helpdesk   {origin(DESK, port)}/
             You are the agent: open a ticket, press "Start co-browsing", then "Open session". You see a share code.
          2. Shop       {origin(SHOP, port)}/
             You are the shopper: put something into the basket and go to the checkout. Press "Get help", type the
             code, compare the two words and press "Allow".
          3. Type into the checkout (card number 4111 1111 1111 1111 will do). The console mirrors the page and not one
             value of it. Click a field in the mirror to highlight it on the shopper's page.

        End with Ctrl+C.
        """
    ).strip("\n")
