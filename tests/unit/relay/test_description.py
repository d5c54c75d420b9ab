"""The description of the doors holds against the doors themselves, and against what docs/api.md tells of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from tests.unit.relay.conforming import conforms
from tests.unit.relay.running import API_KEY, LAUNCH_SECRET, RunningRelay, settings_for

from beside.app import create_app
from beside.problems import status_of_code
from beside.routes.door import Door

DOCS = Path(__file__).parents[3] / "docs/api.md"
# Pages, pictures, files, what Prometheus reads, and the socket.
NOT_DESCRIBED = {
    "/console/{name}",
    "/launch",
    "/metrics",
    "/preview/{site}",
    "/preview/{site}/mirror",
    "/s/{session}",
    "/s/{session}/assets/{asset}",
    "/s/{session}/mirror",
    "/socket.io",
    "/v/{version}/{name}",
}
# Answered at every address, and so not of any door.
EVERYWHERE = {(405, "wrong-method")}


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    return create_app(settings_for(tmp_path, 8123))


@pytest.fixture
async def description(relay: RunningRelay) -> Any:
    return (await relay.http.get("/api/openapi.json")).json()


def operations(description: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def refusals(operation: Any) -> set[tuple[int, str]]:
    return {
        (int(status), code)
        for status, answer in operation["responses"].items()
        if int(status) >= 400
        for code in answer["x-codes"]
    }


async def test_every_route_is_described_or_is_no_door_of_programs(app: Starlette, description: Any) -> None:
    described = {(method, path) for method, path, _ in operations(description)}
    routes = [route for route in app.routes if isinstance(route, Route | Mount)]

    answered = {
        (method, route.path)
        for route in routes
        if isinstance(route, Route) and route.path not in NOT_DESCRIBED
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert described == answered
    assert len(routes) == len(app.routes)
    assert {route.path for route in routes if not isinstance(route, Door)} == NOT_DESCRIBED


async def test_every_described_operation_is_there(relay: RunningRelay, description: Any) -> None:
    for method, path, _ in operations(description):
        answer = await relay.http.request(method, re.sub(r"{\w+}", "test", path))
        said = answer.json() if answer.status_code >= 400 else {}

        assert answer.status_code != 405, (method, path)
        # Of a site without a policy.
        assert said.get("code") != "not-found" or path == "/policy/{site}", (method, path)


async def test_operations_have_names_of_their_own_and_say_who_may_ask(description: Any) -> None:
    keys = {"api": {"apiKey"}, "s": {"consoleCookie"}}
    names = [operation["operationId"] for _, _, operation in operations(description)]

    assert len(set(names)) == len(names)
    for _, path, operation in operations(description):
        asked = {name for need in operation["security"] for name in need}
        assert asked == (set() if path == "/api/openapi.json" else keys.get(path.split("/")[1], set())), path


async def test_statuses_and_codes_of_the_documentation_are_those_of_the_rest_api(description: Any) -> None:
    table = DOCS.read_text("utf-8").partition("### When it is not 2xx")[2].partition("\n## ")[0]
    rows = [row.split("|")[1:3] for row in table.splitlines() if row.startswith("| ") and row[2].isdigit()]

    told = {
        (status_of_code(code), code): statuses.strip()
        for statuses, codes in rows
        for code in re.findall(r"`([a-z-]+)`", codes)
    }
    described = {
        refusal
        for _, path, operation in operations(description)
        if path.startswith("/api/sessions")
        for refusal in refusals(operation)
    }

    assert told.keys() == described | EVERYWHERE
    assert all(str(status) in statuses.split(", ") for (status, _), statuses in told.items())


async def test_description_is_public_cacheable_the_same_everywhere_and_holds_no_secret(
    relay: RunningRelay, tmp_path: Path
) -> None:
    answer = await relay.http.get("/api/openapi.json")
    kept = await relay.http.get("/api/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    secrets = (API_KEY, LAUNCH_SECRET, *relay.settings.secret_keys, relay.settings.public_url, str(tmp_path))

    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (kept.status_code, kept.content) == (304, b"")
    assert [secret for secret in secrets if secret in answer.text] == []


async def test_every_reference_leads_somewhere(description: Any) -> None:
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(description)))

    assert {f"#/components/schemas/{name}" for name in description["components"]["schemas"]} == references


async def test_wrong_method_is_told_with_those_that_are_taken(relay: RunningRelay) -> None:
    answer = await relay.http.put("/api/sessions/test")

    assert (answer.status_code, answer.json()["code"]) == (405, "wrong-method")
    assert answer.headers["allow"] == "DELETE, GET, HEAD"


def test_answers_that_no_door_has_said_are_found(app: Starlette) -> None:
    """What `conforming` lets pass in every suite here is what the description says."""
    door = next(door for door in app.routes if isinstance(door, Door) and door.operation.name == "eraseSession")
    problem = '{{"code": "{}", "message": "No.", "retryAfterS": null}}'
    as_json = "application/json"

    assert conforms(door, 204, "", b"")
    assert conforms(door, 404, as_json, problem.format("unknown-session").encode())
    assert not conforms(door, 200, "", b"")
    assert not conforms(door, 204, "", b"more")
    assert not conforms(door, 404, as_json, problem.format("ended").encode())
    assert not conforms(door, 409, as_json, problem.format("unknown-session").encode())
    assert not conforms(door, 500, "text/plain", b"Internal Server Error")
