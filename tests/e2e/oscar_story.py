"""The Oscar shop with Beside's tag on it, its own relay, and sessions opened as a helpdesk's back end opens them.

Knows nothing of what the stories look for.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from beside import __version__
from beside.routes.static import ROOT
from tests.e2e.oscar.running import running_shop
from tests.e2e.people import Places
from tests.e2e.processes import BESIDE, ServerProcess, running_relay
from tests.ports import free_port

SITE = "oscar"


@dataclass(frozen=True)
class OpenedSession:
    """What the REST API answered."""

    id: str
    code: str
    console_link: str


@dataclass(frozen=True)
class OscarStory:
    """A running shop at `shop` and its relay. `key` is a key of the REST API."""

    shop: str
    relay: ServerProcess
    key: str

    @property
    def places(self) -> Places:
        """Where the console is; the demo's other names mean nothing here."""
        return Places(self.relay.port)

    def open_session(self, ticket: str, agent_name: str = "Sam Rivera") -> OpenedSession:
        body = {"ticket": ticket, "subject": "The card is refused", "agentName": agent_name, "locale": None}
        answer = self.ask("POST", "/api/sessions", json=body)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        return OpenedSession(told["session"], told["code"], told["consoleLink"])

    def ask(self, method: str, path: str, **request: object) -> httpx.Response:
        """One request to the REST API. Names under .localhost resolve in browsers alone, so the name goes by header."""
        headers = {"Host": f"{self.relay.host}:{self.relay.port}", "Authorization": f"Bearer {self.key}"}
        return httpx.request(method, f"http://127.0.0.1:{self.relay.port}{path}", headers=headers, **request)  # type: ignore[arg-type]


@contextmanager
def running_story(folder: Path) -> Iterator[OscarStory]:
    """Starts relay and shop; each knows the other's address."""
    port = free_port()
    shop = f"http://shop.localhost:{port}"
    sites = f'[sites.{SITE}]\nname = "Oscar"\norigins = ["{shop}"]\nshop_url = "{shop}/"\n'
    relay = running_relay(folder, sites)
    relay.start()
    try:
        made = subprocess.run(
            [BESIDE, "apikey", "create", SITE, "--label", "stories"],
            env=relay.env,
            capture_output=True,
            text=True,
            check=True,
        )
        src = f"http://{relay.host}:{relay.port}/v/{__version__}/beside.js"
        integrity = str(json.loads((ROOT / "manifest.json").read_text("utf-8"))["integrity"])
        with running_shop(folder / "shop", port=port, snippet_src=src, site=SITE, integrity=integrity) as address:
            yield OscarStory(address, relay, made.stdout.split()[-1])
    finally:
        relay.stop()
