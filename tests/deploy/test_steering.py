"""All that belongs to one session goes to one worker, and the sessions are spread over all."""

from __future__ import annotations

import secrets

from tests.deploy.deployment import SPREAD, Balancer, Deployment, wait_until
from tests.deploy.people import session_through
from tests.unit.relay.pages import keyframe, mutation

HANDSHAKE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


async def test_page_api_and_socket_of_a_session_go_to_one_worker(balancer: Balancer) -> None:
    homes = set()
    for _ in range(SPREAD):
        session = secrets.token_urlsafe(16)
        paths = [f"/s/{session}", f"/s/{session}/state", f"/api/sessions/{session}"]
        written = balancer.log_bytes()
        for path in paths:
            balancer.raw(f"GET {path}?quirks=1 HTTP/1.1")
        # Refused, for it names no origin; which worker refused it is in the log.
        balancer.raw(f"GET /socket.io/?EIO=4&session={session}&transport=websocket HTTP/1.1", *HANDSHAKE)
        lines = balancer.lines_of({*paths, "/socket.io/"}, 4, written)

        assert {line.path for line in lines} == {*paths, "/socket.io/"}
        assert len({line.workers for line in lines}) == 1
        homes |= {line.workers for line in lines}

    assert homes == {(0,), (1,), (2,)}


async def test_what_belongs_to_no_session_goes_anywhere(balancer: Balancer) -> None:
    written = balancer.log_bytes()

    for _ in range(SPREAD):
        balancer.raw("GET /launch HTTP/1.1")

    assert {line.workers for line in balancer.lines_of({"/launch"}, SPREAD, written)} == {(0,), (1,), (2,)}


async def test_shopper_and_agent_meet_on_one_worker_and_frames_arrive(
    balancer: Balancer, deployment: Deployment
) -> None:
    before = deployment.gauge("beside_sockets")

    async with session_through(balancer, deployment, f"steering-{balancer.name}") as session:
        agent = await session.agent()
        shopper = await session.shopper()
        holding = [now - then for now, then in zip(deployment.gauge("beside_sockets"), before, strict=True)]
        carried = deployment.gauge("beside_carried_sockets")
        # As large as a message may be, and the smallest that there is, at once.
        large = keyframe(session.epoch, "all of a page " * 30_000)
        await shopper.say(["frame", large])
        await shopper.say(["frame", mutation(session.epoch, 1)])
        frames = [await agent.event("frame"), await agent.event("frame")]
        await agent.say(["act", ["highlight", "a1", session.epoch, 6, "Here"]])
        delivery = await shopper.event("act")

    # Wherever its session was opened: both meet where the balancer steers them, and nothing is carried.
    assert sorted(holding) == [0, 0, 2]
    assert carried == [0, 0, 0]
    assert frames == [large, mutation(session.epoch, 1)]
    assert delivery["act"] == ["highlight", "a1", session.epoch, 6, "Here"]
    wait_until(lambda: deployment.gauge("beside_sockets") == before, "the sockets are closed through the balancer")
