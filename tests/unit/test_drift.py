"""The drift alarm on the relay: when a page's life is over, whom an alarm reaches, and how often."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.unit.relay.pages import keyframe
from tests.unit.test_relay import View, seat_of, view

from beside import metrics
from beside.drift import MAX_ALARMS
from beside.errors import Refused
from beside.policy.reading import read_policy
from beside.policy.signing import draw_key, sign_policy
from beside.protocol import Admission, Drift, IdleRule, RuleKind
from beside.session import Ended, Participant

__all__ = ["view"]

POLICY = """site = "test"
version = 3
[[rules]]
name = "loyalty"
pages = ["/checkout"]
mask = [".points"]
show = ["#a"]
[[rules]]
name = "everywhere"
mask = [".x"]
"""


def drift(*rules: tuple[int, RuleKind], version: int = 3) -> Drift:
    return Drift(version=version, rules=[IdleRule(rule, kind) for rule, kind in rules])


def policed(view: View) -> None:
    """The relay serves a policy of the site."""
    site = replace(view.settings.sites[0], policy=sign_policy(read_policy(POLICY), draw_key()), policy_version=3)
    object.__setattr__(view.settings, "sites", (site,))


@pytest.mark.parametrize("end", ["leaving", "stop", "end", "another page", "the console's button", "erased"])
async def test_rule_that_found_nothing_is_an_alarm_once_the_pages_life_is_over(
    view: View, end: str, caplog: pytest.LogCaptureFixture
) -> None:
    policed(view)
    view.send(keyframe(1))
    before = metrics.DRIFTS.value("mask")
    await view.messages.take(view.shopper, "drift", drift((1, "mask"), (1, "show")))
    await view.messages.take(view.shopper, "drift", drift((1, "mask")))
    told_early = view.sent_to(view.agent, "drift")

    if end == "another page":
        view.send(keyframe(2, path="/thanks"))
    elif end == "the console's button":
        await view.ledger.change(view.live, Ended(reason="agent-ended"))
    elif end == "erased":
        await view.ledger.erase("s")
    else:
        await view.messages.take(view.agent if end == "end" else view.shopper, end, None)

    assert told_early == []
    assert view.sent_to(view.agent, "drift") == [
        {"version": 3, "rule": 1, "kind": "mask", "name": "loyalty", "path": "/checkout"}
    ]
    told = view.events_to(view.agent)
    # A console that has heard of the end hears nothing more.
    assert end == "another page" or "view" in told[told.index("drift") :]
    assert metrics.DRIFTS.value("mask") == before + 1
    (line,) = [record for record in caplog.records if record.name == "beside.drift"]
    said = [getattr(line, name) for name in ("session", "site", "policy_version", "rule", "rule_name", "kind", "path")]
    assert said == ["s", "test", 3, 1, "loyalty", "mask", "/checkout"]


async def test_rule_that_found_something_before_the_page_went_is_no_alarm(view: View) -> None:
    view.send(keyframe(1))
    await view.messages.take(view.shopper, "drift", drift((1, "mask")))
    await view.messages.take(view.shopper, "drift", drift())

    await view.messages.take(view.shopper, "leaving", None)

    assert view.sent_to(view.agent, "drift") == []


async def test_same_rule_is_an_alarm_once_a_session(view: View) -> None:
    for epoch, path in enumerate(("/a", "/b", "/c", "/d"), 1):
        view.send(keyframe(epoch, path=path))
        await view.messages.take(view.shopper, "drift", drift((1, "mask")))

    assert [alarm["path"] for alarm in view.sent_to(view.agent, "drift")] == ["/a"]


async def test_late_agent_hears_of_it_and_one_who_waits_to_be_let_in_does_not(view: View) -> None:
    view.send(keyframe(1))
    await view.messages.take(view.shopper, "drift", drift((2, "block")))
    waiting = Participant(id="late", role="agent", name="Lee", admission="waiting")
    view.live.session = replace(view.live.session, participants=(*view.live.session.participants, waiting))
    late = view.live.agents["late"] = seat_of(view.live, "late", "agent")

    view.send(keyframe(2, path="/thanks"))
    view.relay.refill(late)
    told_waiting = view.sent_to(late, "drift")
    await view.messages.take(view.shopper, "admission", Admission(agent="late", admitted=True))

    assert told_waiting == []
    # Of a policy that the relay does not serve it knows no name.
    assert view.sent_to(late, "drift") == [
        {"version": 3, "rule": 2, "kind": "block", "name": None, "path": "/checkout"}
    ]


@pytest.mark.parametrize("rule", [(3, "mask"), (1, "block"), (2, "mask")], ids=["none", "no such kind", "on all pages"])
async def test_rule_that_can_raise_no_alarm_is_refused(view: View, rule: tuple[int, RuleKind]) -> None:
    policed(view)
    view.send(keyframe(1))

    with pytest.raises(Refused, match="no such rule"):
        await view.messages.take(view.shopper, "drift", drift(rule))
    await view.messages.take(view.shopper, "drift", drift(rule, version=2))
    await view.messages.take(view.shopper, "leaving", None)

    assert [alarm["name"] for alarm in view.sent_to(view.agent, "drift")] == [None]


async def test_page_that_makes_rules_up_fills_neither_logs_nor_consoles(view: View) -> None:
    view.send(keyframe(1))
    await view.messages.take(view.shopper, "drift", drift(*((at, "mask") for at in range(1, 201))))

    await view.messages.take(view.shopper, "leaving", None)

    assert len(view.sent_to(view.agent, "drift")) == MAX_ALARMS
