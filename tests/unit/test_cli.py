"""The command: sentences and exit codes, as processes of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.e2e.processes import BESIDE, running_relay
from tests.ports import free_port

SITES = '[sites.a]\nname = "A"\norigins = ["https://a.example"]\nshop_url = "https://a.example/"\n'


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return running_relay(tmp_path, SITES).env


def beside(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BESIDE, *words], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_api_key_is_made_listed_and_revoked_and_never_stored_in_clear(
    environment: dict[str, str], tmp_path: Path
) -> None:
    made = beside(environment, "apikey", "create", "a", "--label", "helpdesk")
    key, key_id = made.stdout.split()[-1], made.stdout.split()[1]
    listed = beside(environment, "apikey", "list", "a")
    revoked = beside(environment, "apikey", "revoke", key_id)
    again = beside(environment, "apikey", "revoke", key_id)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("relay.sqlite3*"))

    assert (made.returncode, key.startswith("beside_")) == (0, True)
    assert key_id in listed.stdout
    assert "helpdesk" in listed.stdout
    assert key not in listed.stdout
    assert (revoked.returncode, again.returncode) == (0, 1)
    assert "no good key" in again.stderr
    assert key.encode() not in stored
    assert key_id.encode() in stored


def test_key_for_an_unknown_site_is_refused_in_a_sentence(environment: dict[str, str]) -> None:
    answer = beside(environment, "apikey", "create", "nowhere")

    assert (answer.returncode, answer.stderr) == (2, "beside: The sites file has no site 'nowhere'.\n")


def test_wrong_setting_is_one_sentence_and_exit_code_2(environment: dict[str, str]) -> None:
    answer = beside(environment | {"BESIDE_PROT": "1"}, "serve")

    assert answer.returncode == 2
    assert answer.stderr.startswith("beside: BESIDE_PROT is not a setting")
    assert answer.stderr.count("\n") == 1


def test_port_that_is_taken_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    port = free_port()
    server = running_relay(tmp_path, SITES, port)
    server.start()
    try:
        answer = beside(server.env, "serve")
    finally:
        server.stop()

    assert answer.returncode == 1
    assert f"port {port}: another program listens there" in answer.stderr


def test_store_that_is_not_there_is_exit_code_1_and_its_password_stays_secret(environment: dict[str, str]) -> None:
    store = f"redis://:a-password@127.0.0.1:{free_port()}/0"

    answer = beside(environment | {"BESIDE_STORE": store}, "serve")

    assert answer.returncode == 1
    assert "Redis is not reached" in answer.stderr
    assert answer.stderr.endswith("beside: The relay did not start; the log above says why.\n")
    assert "a-password" not in answer.stderr


def test_sigterm_ends_it_well_and_says_nothing_of_a_traceback(tmp_path: Path) -> None:
    server = running_relay(tmp_path, SITES)
    server.start()
    process = server.process
    server.stop()

    assert process is not None
    assert process.returncode in (0, -15)
    assert "Traceback" not in server.log.read_text("utf-8")
