"""A relay as a process of its own that a test may kill, with what people do at its doors."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from beside.settings import Settings
from tests.e2e.processes import ServerProcess
from tests.e2e.processes import running_relay as relay_process
from tests.ports import free_port
from tests.unit.relay.running import API_KEY, SHOP, RunningRelay, keep_keys, settings_for
from tests.unit.relay.sockets import Socket

# What a hung store makes people wait, a few times over, on a busy machine.
LIMIT_S = 40.0


class TryAgain(Exception):
    """The relay's own word for it: 503."""


class PatientSocket(Socket):
    limit_s = LIMIT_S


@dataclass
class RelayUnderFault(RunningRelay):
    """Its doors are those of every relay test."""

    process: ServerProcess = field(kw_only=True)

    async def restart(self) -> None:
        """kill -9, and a new process on the same port, as a supervisor starts one."""
        await self.kill()
        await self.start()

    async def kill(self) -> None:
        await asyncio.to_thread(self.process.kill)

    async def start(self) -> None:
        await asyncio.to_thread(self.process.start)

    async def socket(self, session: str, token: str, origin: str, *, port: int | None = None, **how: Any) -> Socket:
        """`port`: of a proxy before the relay."""
        opened = await PatientSocket.open(port or self.settings.port, session, token, origin, **how)
        self.sockets.append(opened)
        return opened

    async def join(self, door: str, body: dict[str, Any], origin: str = SHOP) -> httpx.Response:
        """Each from an address of its own: wrong codes of one address are slowed down."""
        address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"
        headers = {"Origin": origin, "X-Forwarded-For": address}
        return await self.http.post(f"/join/{door}", json=body, headers=headers)

    async def report(self, session: str) -> dict[str, Any]:
        """`GET /api/sessions/ID`: what the store has of a session."""
        answer = await self.http.get(f"/api/sessions/{session}", headers={"Authorization": f"Bearer {API_KEY}"})
        if answer.status_code == 503:
            raise TryAgain(answer.text)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def ready(self) -> tuple[int, str]:
        """What `/readyz` of one worker or another says, and its sentence where it is not ready."""
        # A connection that is kept would lead to the same one each time.
        answer = await self.http.get("/readyz", headers={"Connection": "close"})
        return answer.status_code, "" if answer.status_code == 200 else answer.json()["message"]

    async def until_ready(self) -> None:
        await self._until_says(lambda status: status == 200)

    async def until_not_ready(self) -> str:
        """The sentence with which `/readyz` fails."""
        return await self._until_says(lambda status: status == 503)

    async def _until_says(self, fits: Callable[[int], bool]) -> str:
        async with asyncio.timeout(LIMIT_S):
            while True:
                status, sentence = await self.ready()
                if fits(status):
                    return sentence
                # Balancers ask again and again too; it looks at its store once a second at most.
                await asyncio.sleep(0.05)


@asynccontextmanager
async def running_relay(
    folder: Path, *, store: str | None = None, environment: Mapping[str, str] | None = None, **changes: Any
) -> AsyncIterator[RelayUnderFault]:
    """`environment`: what the process finds there beside its settings."""
    port = free_port()
    # Their doors count as one caller here, and a fault lets them knock often.
    changes = {
        "store": store or str(folder / "relay.sqlite3"),
        "controls_per_s": 1000.0,
        "trusted_proxies": ("127.0.0.1",),
    } | changes
    # The keys go to the store itself, whatever lies between it and the relay.
    behind = changes.pop("store_behind", changes["store"])
    settings = settings_for(folder, port, **changes)
    await keep_keys(settings_for(folder, port, store=behind))
    words = {name: _as_text(value) for name, value in changes.items() if name != "sites"}
    process = relay_process(folder, _sites_file(settings), port, keyframe_interval_s="0.2", **words)
    process.env |= dict(environment or {})
    # Its own secret is that of the settings here, so that a test may sign what a relay signs.
    process.env["BESIDE_SECRET_KEYS"] = ",".join(settings.secret_keys)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=LIMIT_S, trust_env=False) as http:
        relay = RelayUnderFault(settings, None, http, process=process)
        try:
            await relay.start()
            yield relay
        finally:
            for opened in relay.sockets:
                await opened.close()
            await asyncio.to_thread(process.stop)


def _as_text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _sites_file(settings: Settings) -> str:
    """The sites of the settings as the file that a process reads."""
    parts = []
    for site in settings.sites:
        lists = {"origins": site.origins, "launch_secrets": site.launch_secrets, "asset_origins": site.asset_origins}
        lines = [f"{name} = {json.dumps(values)}" for name, values in lists.items() if values]
        if site.webhook_url is not None:
            lines += [
                f"webhook_url = {json.dumps(site.webhook_url)}",
                f"webhook_secret = {json.dumps(site.webhook_secret)}",
            ]
        lines += [f"name = {json.dumps(site.name)}", f"shop_url = {json.dumps(site.shop_url)}"]
        parts.append("\n".join([f"[sites.{site.key}]", *lines]))
    return "\n".join(parts) + "\n"
