"""The REST API: keys, sites, and the examples of docs/api.md, which are run as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.unit.relay.running import API_KEY, LAUNCH_SECRET, OTHER_API_KEY, RunningRelay

DOCS = Path(__file__).parents[3] / "docs/api.md"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "no-api-key"),
        ({"Authorization": "Basic eA=="}, "no-api-key"),
        (bearer("wrong"), "wrong-api-key"),
    ],
)
async def test_api_needs_a_key(relay: RunningRelay, headers: dict[str, str], code: str) -> None:
    answers = [
        await relay.http.post("/api/sessions", json={}, headers=headers),
        await relay.http.get("/api/sessions/x", headers=headers),
        await relay.http.delete("/api/sessions/x", headers=headers),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, code)}


async def test_key_opens_its_own_sites_sessions_only(relay: RunningRelay) -> None:
    pair = await relay.pair()

    seen = await relay.http.get(f"/api/sessions/{pair.session}", headers=bearer(OTHER_API_KEY))
    erased = await relay.http.delete(f"/api/sessions/{pair.session}", headers=bearer(OTHER_API_KEY))

    assert (seen.status_code, seen.json()["code"]) == (404, "unknown-session")
    assert erased.status_code == 404


async def test_waiting_ticket_is_offered_anew_and_a_joined_one_is_not(relay: RunningRelay) -> None:
    first = await relay.api("T-1")
    second = await relay.api("T-1")
    await relay.pair("T-2")
    body = {"ticket": "T-2", "subject": "s", "agentName": "a", "locale": None}

    joined = await relay.http.post("/api/sessions", json=body, headers=bearer(API_KEY))

    assert first["session"] == second["session"]
    assert (joined.status_code, joined.json()["code"]) == (409, "ticket-open")


async def test_erasing_ends_the_view_and_leaves_nothing(relay: RunningRelay) -> None:
    pair = await relay.pair()
    shopper = await relay.shopper(pair)

    erased = await relay.http.delete(f"/api/sessions/{pair.session}", headers=bearer(API_KEY))
    view = await shopper.event("view", lambda view: view["state"] == "ended")
    await shopper.closed()
    gone = await relay.http.get(f"/api/sessions/{pair.session}", headers=bearer(API_KEY))

    assert erased.status_code == 204
    assert view["endReason"] == "erased"
    assert gone.status_code == 404


async def test_examples_of_the_documentation_work_as_they_stand(relay: RunningRelay) -> None:
    text = DOCS.read_text("utf-8")
    requests = re.findall(r"```http\n(\w+) (\S+)\n((?:[\w-]+: .*\n)*)\n?((?s:.*?))```", text)
    session = "SESSION"
    statuses = []
    for method, path, headers, body in requests:
        sent = dict(line.split(": ", 1) for line in headers.strip().splitlines())
        sent["Authorization"] = sent["Authorization"].replace("KEY", API_KEY)
        content = body.strip() or None
        answer = await relay.http.request(method, path.replace("SESSION", session), headers=sent, content=content)
        statuses.append((method, answer.status_code))
        if method == "POST":
            session = answer.json()["session"]
            example = json.loads(re.findall(r"```json\n(.*?)```", text, re.S)[0])
            assert example.keys() == answer.json().keys()

    assert statuses == [("POST", 201), ("GET", 200), ("DELETE", 204)]


async def test_documented_launch_link_code_makes_a_good_link(relay: RunningRelay) -> None:
    code = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.S)[0]
    scope: dict[str, object] = {}
    exec(compile(code, str(DOCS), "exec"), scope)
    link = scope["launch_link"](  # type: ignore[operator]
        relay.console, LAUNCH_SECRET, site="test", ticket="T-9", subject="Help", agent_name="Ines"
    )

    session, cookie = await relay.launch(link)
    state = await relay.look(f"/s/{session}/state", cookie)

    assert (state.json()["ticket"], state.json()["agentName"]) == ("T-9", "Ines")
