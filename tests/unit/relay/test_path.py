"""The whole path over real doors: launch, code, consent, sockets, frames, highlight, end, receipt."""

from __future__ import annotations

from tests.unit.relay.pages import field, keyframe, mutation
from tests.unit.relay.running import API_KEY, RunningRelay


async def test_the_whole_path_from_ticket_to_receipt(relay: RunningRelay) -> None:
    made = await relay.api("T-1")
    session, cookie = await relay.launch(made["consoleLink"])
    state = (await relay.look(f"/s/{session}/state", cookie)).json()
    agent = await relay.socket(session, await relay.agent_token(session, cookie), relay.console)
    welcome = await agent.event("welcome")
    offer = (await relay.redeem(made["code"])).json()
    asking = await agent.event("view", lambda view: view["state"] == "asking")
    allowed = (await relay.answer(offer["token"], "view", "point")).json()
    shopper = await relay.socket(session, allowed["token"], "http://shop.localhost:5999")
    epoch = (await shopper.event("welcome"))["epoch"]
    shown = keyframe(epoch, changes=(["field", 6, field()],))
    await shopper.send("frame", shown)
    await shopper.send("frame", mutation(epoch, 1))
    first, second = await agent.event("frame"), await agent.event("frame")
    await agent.send("act", ["highlight", "a1", epoch, 6, "Here"])
    delivery = await shopper.event("act")
    await shopper.send("outcome", {"act": "a1", "outcome": "shown", "label": ""})
    outcome = await agent.event("outcome")
    await agent.send("end")
    ended = await shopper.event("view", lambda view: view["state"] == "ended")
    receipt = (await relay.look(f"/s/{session}/receipt", cookie)).json()
    report = await relay.http.get(f"/api/sessions/{session}", headers={"Authorization": f"Bearer {API_KEY}"})

    assert state["offer"]["code"] == made["code"]
    assert welcome["view"]["state"] == "offered"
    assert asking["words"] == offer["words"]
    assert offer["agentName"] == "Sam"
    assert (first, second) == (shown, mutation(epoch, 1))
    assert delivery == {"agent": state["agent"], "act": ["highlight", "a1", epoch, 6, "Here"]}
    assert outcome == {"act": "a1", "outcome": "shown", "label": ""}
    assert ended["endReason"] == "agent-ended"
    assert [page["path"] for page in receipt["pages"]] == ["/checkout"]
    assert [(h["label"], h["outcome"]) for h in receipt["highlights"]] == [("Card number", "shown")]
    assert (receipt["fieldsMasked"], receipt["endReason"]) == (1, "agent-ended")
    assert [person["name"] for person in receipt["agents"]] == ["Sam"]
    assert report.json()["receipt"] == receipt
