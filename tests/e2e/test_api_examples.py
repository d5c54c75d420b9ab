"""The documentation's examples, run as they stand there against a running relay: by curl, by the command, in Python."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.people import Agent, Places
from tests.e2e.processes import BESIDE, ServerProcess, running_relay

DOCS = Path(__file__).parents[2] / "docs/api.md"
TEXT = DOCS.read_text("utf-8")
LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"
SITES = f"""
[sites.my-shop]
name = "My Shop"
origins = ["http://shop.localhost:8001"]
shop_url = "http://shop.localhost:8001/"
launch_secrets = ["{LAUNCH_SECRET}"]
"""


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[ServerProcess]:
    server = running_relay(tmp_path, SITES)
    server.start()
    yield server
    server.stop()


def documented_commands() -> dict[str, list[str]]:
    """The `beside apikey …` lines by their verb."""
    lines = re.findall(r"^    (beside apikey .*)$", TEXT, re.M)
    return {words[2]: words[1:] for words in map(shlex.split, lines)}


def run_command(relay: ServerProcess, words: list[str]) -> str:
    done = subprocess.run([BESIDE, *words], env=relay.env, capture_output=True, text=True, check=True)
    return done.stdout


def create_key(relay: ServerProcess) -> tuple[str, str]:
    """A key and its id."""
    words = ["my-shop" if word == "SITE" else word for word in documented_commands()["create"]]
    said = run_command(relay, words)
    found = re.search(r"^Key (\w+) of .*\n(\S+)$", said, re.M)
    assert found
    return found[2], found[1]


def ask(relay: ServerProcess, method: str, path: str, headers: list[str], body: str) -> tuple[int, str]:
    """Asks by curl, as a helpdesk's back end would try it out."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("the examples are run by curl, which this machine lacks")
    words = [curl, "--silent", "--show-error", "--write-out", "\n%{http_code}", "--request", method]
    words += [word for header in headers for word in ("--header", header)]
    words += ["--resolve", f"console.localhost:{relay.port}:127.0.0.1"]
    words += ["--data", body] if body else []
    done = subprocess.run(
        [*words, f"http://console.localhost:{relay.port}{path}"], capture_output=True, text=True, check=True
    )
    content, _, status = done.stdout.rpartition("\n")
    return int(status), content


def test_requests_of_the_documentation_open_show_and_erase_a_session(relay: ServerProcess, agent: Agent) -> None:
    key, _ = create_key(relay)
    requests = re.findall(r"```http\n(\w+) (\S+)\n((?:[\w-]+: .*\n)*)\n?((?s:.*?))```", TEXT)
    answers: dict[str, tuple[int, str]] = {}
    session = ""
    for method, path, headers, body in requests:
        lines = [line.replace("KEY", key) for line in headers.splitlines()]
        answers[method] = ask(relay, method, path.replace("SESSION", session), lines, body.strip())
        if method == "POST":
            created = json.loads(answers["POST"][1])
            session = created["session"]
            # The link of the answer opens that very session for the agent who is named in the request.
            agent.open(created["consoleLink"])
            assert agent.console.url.endswith(f"/s/{session}")
            assert agent.share_code() == re.sub(r"\D", "", created["code"])
            assert "Card is declined" in agent.console.locator("h1").inner_text()

    assert {method: status for method, (status, _) in answers.items()} == {"POST": 201, "GET": 200, "DELETE": 204}
    documented = json.loads(re.findall(r"```json\n(.*?)```", TEXT, re.S)[0])
    assert json.loads(answers["POST"][1]).keys() == documented.keys()
    shown = json.loads(answers["GET"][1])
    assert (shown["session"], shown["state"], shown["receipt"]["ticket"]) == (session, "offered", "T-1042")
    assert ask(relay, "GET", f"/api/sessions/{session}", [f"Authorization: Bearer {key}"], "")[0] == 404


def test_keys_are_listed_and_revoked_as_documented(relay: ServerProcess) -> None:
    key, key_id = create_key(relay)
    commands = documented_commands()
    body = '{"ticket": "T-1", "subject": "s", "agentName": "a", "locale": null}'
    headers = [f"Authorization: Bearer {key}", "Content-Type: application/json"]
    assert ask(relay, "POST", "/api/sessions", headers, body)[0] == 201

    listed = run_command(relay, ["my-shop" if word == "SITE" else word for word in commands["list"]])
    run_command(relay, [key_id if word == "KEY_ID" else word for word in commands["revoke"]])

    assert key_id in listed
    assert key not in listed
    # The running relay knows at once.
    status, problem = ask(relay, "POST", "/api/sessions", headers, body)
    assert (status, json.loads(problem)["code"]) == (401, "wrong-api-key")


def test_documented_python_makes_a_link_that_opens_the_console(relay: ServerProcess, agent: Agent) -> None:
    code = re.findall(r"```python\n(.*?)```", TEXT, re.S)[0]
    scope: dict[str, object] = {}
    exec(compile(code, str(DOCS), "exec"), scope)
    link = scope["launch_link"](  # type: ignore[operator]
        Places(relay.port).console, LAUNCH_SECRET, site="my-shop", ticket="T-9", subject="Help", agent_name="Ines"
    )

    agent.open(link)

    agent.wait_for_state("Waiting for the shopper")
    assert "T-9" in agent.console.locator("header").inner_text()
