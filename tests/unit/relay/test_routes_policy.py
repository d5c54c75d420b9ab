"""The signed policies, as any page of a shop may read them."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.people import Places
from tests.e2e.processes import running_relay

from beside.policy.reading import read_policy
from beside.policy.signing import draw_key, sign_policy

SITES = '[sites.{key}]\nname = "A"\norigins = ["https://a.example"]\nshop_url = "https://a.example/"\n'


def test_policy_is_served_byte_for_byte_across_origins_and_kept_by_its_tag(tmp_path: Path) -> None:
    signed = sign_policy(read_policy('site = "a"\nversion = 2\n'), draw_key())
    (tmp_path / "a.policy").write_bytes(signed)
    relay = running_relay(tmp_path, SITES.format(key="a") + 'policy_file = "a.policy"\n' + SITES.format(key="b"))
    relay.start()
    try:
        with Places(relay.port).http() as http:
            served = http.get("/policy/a")
            kept = http.get("/policy/a", headers={"If-None-Match": served.headers["etag"]})
            none = http.get("/policy/b")
    finally:
        relay.stop()

    assert served.content == signed
    assert served.headers["access-control-allow-origin"] == "*"
    assert served.headers["cache-control"] == "no-cache"
    assert (kept.status_code, none.status_code) == (304, 404)
    # A page must be able to read that there is none: it says another sentence than where no relay answers.
    assert none.headers["access-control-allow-origin"] == "*"
