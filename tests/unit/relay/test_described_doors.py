"""schemathesis asks a relay what its description allows, and what it does not: each answer is a described one.

Some hundreds of requests here; `make fuzz` asks many more, and others each time (`BESIDE_FUZZ_CASES`: how many are made
up for each door).
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import redis
from tests.faults.running import running_relay
from tests.unit.relay.running import API_KEY, until

ROOT = Path(__file__).parents[3]
CONFIG = Path(__file__).parent / "schemathesis.toml"
CASES = os.environ.get("BESIDE_FUZZ_CASES", "5")
# The same each run, unless more are asked for.
FURTHER = [] if "BESIDE_FUZZ_CASES" in os.environ else ["--generation-deterministic"]
# Nobody waits long for an agent, and no address asks too often.
FREE = {"wait_poll_s": 0.01, "asks_per_minute": 10**6}


async def ask_as_described(port: int, folder: Path) -> tuple[int | None, str]:
    """schemathesis' exit status and report. It is a command: as a part of this process it would stop its loop."""
    asking = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "schemathesis",
        *("--config-file", CONFIG, "run", f"http://127.0.0.1:{port}/api/openapi.json"),
        *("--max-examples", CASES, "--no-color", *FURTHER),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "BESIDE_FUZZED_PORT": str(port), "BESIDE_FUZZED_KEY": API_KEY},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asking.communicate()
    return asking.returncode, said.decode()


async def test_whatever_the_description_allows_is_answered_as_it_says(tmp_path: Path) -> None:
    async with running_relay(tmp_path, **FREE) as relay:
        tasks = await relay.gauge("beside_tasks")

        status, report = await ask_as_described(relay.settings.port, tmp_path)

        assert status == 0, report
        assert "Traceback" not in relay.process.log.read_text("utf-8")

        async def nothing_stays() -> bool:
            return await relay.gauge("beside_tasks") <= tasks

        await until(nothing_stays)


async def test_two_workers_answer_as_the_description_says(tmp_path: Path, redis_url: str) -> None:
    # What an earlier test left there is another relay's.
    redis.Redis.from_url(redis_url).flushall()
    async with running_relay(tmp_path, store=redis_url, workers=2, **FREE) as relay:
        status, report = await ask_as_described(relay.settings.port, tmp_path)

        assert status == 0, report
        assert "Traceback" not in relay.process.log.read_text("utf-8")
