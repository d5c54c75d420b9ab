"""One port under several names: each application answers under its own name and no other."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from beside.demo.app import RelayParts, Snippet, create_demo_app
from beside.demo.hosts import ByHost


def named(name: str) -> Starlette:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(name)

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(name)
        await websocket.close()

    return Starlette(routes=[Route("/", page), Route(f"/{name}", page), WebSocketRoute("/ws", socket)])


HOSTS = ByHost({"shop.localhost": named("shop"), "console.localhost": named("console")})


async def ask(host: str, path: str = "/") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(HOSTS), base_url="http://127.0.0.1") as http:
        return await http.get(path, headers={"Host": host})


@pytest.mark.parametrize("host", ["shop.localhost", "shop.localhost:8000", "SHOP.localhost:1"])
async def test_name_leads_to_its_application_whatever_the_port(host: str) -> None:
    assert (await ask(host)).text == "shop"


async def test_path_of_one_application_is_unknown_under_the_others_name() -> None:
    assert (await ask("console.localhost", "/console")).status_code == 200
    assert (await ask("shop.localhost", "/console")).status_code == 404


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "evil.example", "x.shop.localhost", "", "shop.localhost:x"]
)
async def test_unknown_name_is_refused_in_a_sentence_that_gives_the_right_ones(host: str) -> None:
    answer = await ask(host)

    assert answer.status_code == 421
    assert "It answers as shop.localhost, console.localhost" in answer.text


async def test_two_host_headers_are_refused() -> None:
    sent = await run_scope(
        {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"shop.localhost"), (b"host", b"x")]}
    )

    assert sent[0]["status"] == 421


async def run_scope(scope: dict[str, object]) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect" if scope["type"] == "websocket" else "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await HOSTS({"query_string": b"", **scope}, receive, send)
    return sent


def socket_scope(host: bytes, **more: object) -> dict[str, object]:
    return {"type": "websocket", "path": "/ws", "headers": [(b"host", host)], "subprotocols": [], **more}


async def test_websocket_goes_by_name_too() -> None:
    sent = await run_scope(socket_scope(b"console.localhost:8000"))

    assert [message.get("text") for message in sent if message["type"] == "websocket.send"] == ["console"]


async def test_websocket_under_an_unknown_name_is_never_accepted() -> None:
    plain = await run_scope(socket_scope(b"evil.example"))
    able = await run_scope(socket_scope(b"evil.example", extensions={"websocket.http.response": {}}))

    assert [message["type"] for message in plain] == ["websocket.close"]
    assert able[0]["type"] == "websocket.http.response.start"
    assert able[0]["status"] == 421


class Life:
    """An application that notes its lifespan events, or fails at one, or has none."""

    def __init__(self, name: str, notes: list[str], *, fails_at: str = "", silent: bool = False) -> None:
        self.name, self.notes, self.fails_at, self.silent = name, notes, fails_at, silent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.silent:
            raise RuntimeError("no lifespan here")
        for event in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{event}"
            if self.fails_at == event:
                await send({"type": f"lifespan.{event}.failed", "message": f"{self.name} is broken"})
                raise RuntimeError("as Starlette does after it has told")
            self.notes.append(f"{self.name} {event}")
            await send({"type": f"lifespan.{event}.complete"})


async def live(hosts: ByHost) -> list[Message]:
    asked = iter(["lifespan.startup", "lifespan.shutdown"])
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": next(asked)}

    async def send(message: Message) -> None:
        sent.append(message)

    await hosts({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    return sent


async def test_each_application_starts_once_and_stops_in_reverse_order() -> None:
    notes: list[str] = []
    first, second = Life("first", notes), Life("second", notes)

    sent = await live(ByHost({"a": first, "b": second, "c": first, "d": Life("none", notes, silent=True)}))

    assert notes == ["first startup", "second startup", "second shutdown", "first shutdown"]
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_failed_startup_stops_those_that_had_started_and_gives_the_reason() -> None:
    notes: list[str] = []

    sent = await live(ByHost({"a": Life("first", notes), "b": Life("second", notes, fails_at="startup")}))

    assert notes == ["first startup", "first shutdown"]
    assert sent == [{"type": "lifespan.startup.failed", "message": "second is broken"}]


async def test_failed_shutdown_is_told_and_the_others_still_stop() -> None:
    notes: list[str] = []

    sent = await live(ByHost({"a": Life("first", notes), "b": Life("second", notes, fails_at="shutdown")}))

    assert notes == ["first startup", "second startup", "first shutdown"]
    assert sent[-1] == {"type": "lifespan.shutdown.failed", "message": "second is broken"}


def parts() -> RelayParts:
    snippet = Snippet(src="http://console.localhost:9000/beside.js", integrity=None, site="site_demo")
    return RelayParts(named("console"), snippet, lambda launch: "", lambda headers, body: False)


async def test_demo_puts_four_names_on_one_port_and_keeps_its_secret_over_a_restart(tmp_path: Path) -> None:
    async def get(hosts: ByHost, host: str, cookie: str = "") -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(hosts), base_url=f"http://{host}:9000") as http:
            return await http.get("/basket" if host == "shop.localhost" else "/", headers={"Cookie": cookie})

    before = create_demo_app(9000, tmp_path, parts())
    first = await get(before, "shop.localhost")
    cookie = first.headers["set-cookie"].partition(";")[0]
    again = await get(create_demo_app(9000, tmp_path, parts()), "shop.localhost", cookie)

    assert 'src="http://console.localhost:9000/beside.js" crossorigin' in first.text
    assert (await get(before, "desk.localhost")).status_code == 200
    assert (await get(before, "console.localhost")).text == "console"
    assert (await get(before, "pay.shop.localhost")).status_code == 404
    # A cookie that the second process could not read would be set anew.
    assert "set-cookie" not in again.headers
    assert (tmp_path / "demo-secret").stat().st_mode & 0o077 == 0
