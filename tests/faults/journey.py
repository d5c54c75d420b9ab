"""A session's whole path, step by step, and what of it was acknowledged, so that a fault may come between any two."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.running import RelayUnderFault
from tests.unit.relay.pages import keyframe
from tests.unit.relay.running import CHECKOUT, SHOP
from tests.unit.relay.sockets import ConnectRefused, Socket

Proof = Callable[[dict[str, Any]], bool]


def in_state(state: str) -> Callable[[Any], bool]:
    return lambda view: bool(view["state"] == state)


async def refusal_of(relay: RelayUnderFault, session: str, token: str, origin: str) -> str:
    """The code with which a connect is refused; empty where it is let in."""
    try:
        await relay.socket(session, token, origin)
    except ConnectRefused as refused:
        return str(refused.data["data"]["code"])
    return ""


@dataclass
class Person:
    """One side's place: its socket, the token for the next one, and tokens that must not open any."""

    origin: str
    # Of a proxy before the relay, if there is one.
    port: int | None = None
    token: str = ""
    socket: Socket | None = None
    void: list[str] = field(default_factory=list)
    used: str = ""

    async def come(self, relay: RelayUnderFault, session: str) -> dict[str, Any]:
        """Connects with the token in hand; gives the welcome. The token used before this one is void from here on."""
        self.socket = await relay.socket(session, self.token, self.origin, port=self.port)
        if self.used:
            self.void.append(self.used)
        welcome: dict[str, Any] = await self.socket.event("welcome")
        self.used, self.token = self.token, welcome["nextToken"]
        return welcome

    @property
    def here(self) -> Socket:
        assert self.socket is not None
        return self.socket


class Journey:
    """`acknowledged`: what people were told, and how the session's report shows it. `state`: the last of it."""

    def __init__(
        self, relay: RelayUnderFault, ticket: str, *, shopper_port: int | None = None, agent_port: int | None = None
    ) -> None:
        self.relay = relay
        self.ticket = ticket
        self.acknowledged: dict[str, Proof] = {}
        # What must not open anything any more: what is asked -> the answer's status and code.
        self.spent: dict[str, tuple[Callable[[], Awaitable[Any]], tuple[int, str]]] = {}
        self.state = "offered"
        # Of the last keyframe that the shopper's page sent.
        self.epoch = 0
        self.agent = Person(relay.console, agent_port)
        self.second = Person(relay.console)
        self.shopper = Person(SHOP, shopper_port)

    # -- steps

    async def create(self) -> None:
        made = await self.relay.api(self.ticket)
        self.session, self.link, self.code = made["session"], made["consoleLink"], made["code"]
        self.acknowledged["session"] = lambda report: report["session"] == self.session

    async def launch(self) -> None:
        _, self.cookie = await self.relay.launch(self.link)
        body = {"token": self.link.partition("#")[2]}
        self.spent["launch link"] = (lambda: self._post("/launch/redeem", body), (410, "launch-used"))

    async def agent_comes(self) -> None:
        self.agent.token = await self.relay.agent_token(self.session, self.cookie)
        await self.agent.come(self.relay, self.session)

    async def redeem(self) -> None:
        answer = await self.relay.redeem(self.code)
        assert answer.status_code == 200, answer.text
        self.consent_token = answer.json()["token"]
        self.state = "asking"
        self.spent["share code"] = (lambda: self.relay.redeem(self.code), (404, "wrong-code"))

    async def allow(self) -> None:
        answer = await self.relay.answer(self.consent_token, "view", "point")
        assert answer.status_code == 200, answer.text
        self.shopper.token = answer.json()["token"]
        self.state = "live"
        self.acknowledged["consent"] = lambda report: (
            report["receipt"]["consentAt"] is not None and report["receipt"]["grants"] == ["view", "point"]
        )

    async def shopper_comes(self) -> None:
        await self._show(await self.shopper.come(self.relay, self.session))

    async def pause(self) -> None:
        await self.shopper.here.send("pause", {"reason": "shopper"})
        await self.shopper.here.event("view", in_state("paused"))
        self.state = "paused"
        self.acknowledged["pause"] = lambda report: (
            [each["reason"] for each in report["receipt"]["pauses"]][:1] == ["shopper"]
        )

    async def resume(self) -> None:
        await self.shopper.here.send("resume")
        await self.shopper.here.event("view", in_state("live"))
        self.state = "live"
        self.acknowledged["resume"] = lambda report: bool(
            report["receipt"]["pauses"] and report["receipt"]["pauses"][0]["endedAt"]
        )

    async def highlight(self) -> None:
        await self.agent.here.send("act", ["highlight", "first", 1, 6, "here"])
        await self.shopper.here.event("act")
        self.acknowledged["act"] = lambda report: (
            [each["message"] for each in report["receipt"]["highlights"]] == ["here"]
        )

    async def hand_over(self, target: str = CHECKOUT) -> None:
        body = {"token": self.shopper.token, "target": target}
        answer = await self.relay.join("hand-over", body, origin=self.shopper.origin)
        assert answer.status_code == 200, answer.text
        self.secret, self.target = answer.json()["secret"], target

    async def take_over(self) -> None:
        answer = await self._take_over()
        assert answer.status_code == 200, answer.text
        left = self.shopper
        self.shopper = Person(self.target, left.port, answer.json()["token"])
        # At another origin a move begins a chain of its own, and the way back stays open.
        if self.target == left.origin:
            self.shopper.void = [*left.void, left.used, left.token]
        self.spent["secret of the move"] = (self._take_over, (404, "wrong-code"))

    async def shopper_goes_on(self) -> None:
        await self._show(await self.shopper.come(self.relay, self.session))

    async def admit_second_agent(self) -> None:
        _, cookie = await self.relay.launch(self.relay.sign_launch(self.ticket, "Ines"))
        self.second.token = await self.relay.agent_token(self.session, cookie)
        second = (await self.second.come(self.relay, self.session))["agent"]
        await self.shopper.here.send("admission", {"agent": second, "admitted": True})
        await self.shopper.here.event("view", lambda view: _is_admitted(view, second))
        self.acknowledged["admission"] = lambda report: (
            [each["name"] for each in report["receipt"]["agents"]]
            == [
                "Sam",
                "Ines",
            ]
        )

    async def end(self) -> None:
        await self.agent.here.send("end")
        await self.ended("agent-ended")

    async def ended(self, reason: str) -> None:
        await self.shopper.here.event("view", in_state("ended"))
        self.state = "ended"
        self.acknowledged["end"] = lambda report: (
            report["state"] == "ended" and report["receipt"]["endReason"] == reason
        )

    async def rate(self) -> None:
        await self.shopper.here.send("rating", {"stars": 4})
        await self.shopper.here.event("view", in_state("ended"))
        self.acknowledged["rating"] = lambda report: report["receipt"]["rating"] == 4

    # -- after a fault

    async def come_back(self) -> None:
        """Whoever had a socket opens another with their next token, and all stands as they were told last."""
        if self.state == "ended":
            for person in (self.agent, self.shopper):
                assert await refusal_of(self.relay, self.session, person.token, person.origin) == "ended"
            return
        for person in (self.agent, self.second):
            if person.socket is not None:
                await person.come(self.relay, self.session)
        if self.shopper.socket is not None:
            welcome = await self.shopper.come(self.relay, self.session)
            assert welcome["view"]["state"] == self.state
            await self._show(welcome)

    async def pause_until_it_is_told(self) -> None:
        """As a shopper does who presses again whenever they are told that it cannot be kept."""
        shopper = self.shopper.here

        def is_paused() -> bool:
            return any(name == "view" and in_state("paused")(payload) for name, payload in shopper.events)

        while self.state != "paused":
            shopper.events.clear()
            await shopper.send("pause", {"reason": "shopper"})
            await shopper.until(lambda: is_paused() or "refusal" in shopper.names())
            self.state = "paused" if is_paused() else self.state

    async def missing(self) -> list[str]:
        """What was acknowledged and is not in the session's report."""
        report = await self.relay.report(self.session)
        return [name for name, is_there in self.acknowledged.items() if not is_there(report)]

    async def check_spent(self) -> None:
        """Nothing that was used once opens anything, and no older token lets anybody in."""
        for name, (ask, refused) in self.spent.items():
            answer = await ask()
            assert (answer.status_code, answer.json().get("code")) == refused, name
        for person in (self.agent, self.second, self.shopper):
            for token in person.void:
                code = await refusal_of(self.relay, self.session, token, person.origin)
                assert code in ("opened-elsewhere", "ended"), f"an old token was answered with {code!r}"

    async def _show(self, welcome: dict[str, Any]) -> None:
        """The page sends its picture, and the agent gets it."""
        if welcome["view"]["state"] == "live":
            self.epoch = welcome["epoch"]
            frame = keyframe(welcome["epoch"], text=f"epoch {welcome['epoch']}")
            await self.shopper.here.send("frame", frame)
            await self.agent.here.event("frame", lambda came: came == frame)

    async def _take_over(self) -> Any:
        body = {"site": "test", "protocol": 1, "secret": self.secret, "source": SHOP}
        return await self.relay.join("take-over", body, origin=self.target)

    async def _post(self, path: str, body: Any) -> Any:
        return await self.relay.http.post(path, json=body, headers={"Origin": self.relay.console})


def _is_admitted(view: dict[str, Any], agent: str) -> bool:
    return any(each["id"] == agent and each["admission"] == "admitted" for each in view["agents"])


Step = Callable[[Journey], Awaitable[None]]
STEPS: tuple[Step, ...] = (
    Journey.create,
    Journey.launch,
    Journey.agent_comes,
    Journey.redeem,
    Journey.allow,
    Journey.shopper_comes,
    Journey.pause,
    Journey.resume,
    Journey.highlight,
    Journey.hand_over,
    Journey.take_over,
    Journey.shopper_goes_on,
    Journey.admit_second_agent,
    Journey.end,
    Journey.rate,
)


async def live(relay: RelayUnderFault, ticket: str, **ports: int) -> Journey:
    """A session that is shared, with its first picture at the agent. `ports`: as `Journey` takes them."""
    journey = Journey(relay, ticket, **ports)
    for step in STEPS[: STEPS.index(Journey.shopper_comes) + 1]:
        await step(journey)
    return journey
