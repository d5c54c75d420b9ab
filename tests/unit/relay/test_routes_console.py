"""The console's own doors, the pages' headers, and what is public."""

from __future__ import annotations

from tests.unit.relay.running import API_KEY, RunningRelay

from beside import __version__


async def test_every_door_of_a_session_but_the_empty_page_needs_its_cookie(relay: RunningRelay) -> None:
    pair = await relay.pair()
    reads, posts = ("state", "mirror", "receipt", "assets/0"), ("pass", "code", "claim", "end")

    shell = await relay.http.get(f"/s/{pair.session}")
    refused = [await relay.http.get(f"/s/{pair.session}/{door}") for door in reads]
    refused += [await relay.ask(f"/s/{pair.session}/{door}", "", {"code": "123456"}) for door in posts]

    assert shell.status_code == 200
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(401, "no-cookie")}


async def test_posts_from_other_origins_are_refused(relay: RunningRelay) -> None:
    pair = await relay.pair()

    for origin in ("http://evil.example", "null", ""):
        headers = {"Origin": origin, "Cookie": pair.cookie}
        answer = await relay.http.post(f"/s/{pair.session}/end", json={}, headers=headers)
        assert answer.json()["code"] == "wrong-origin"
    state = await relay.look(f"/s/{pair.session}/state", pair.cookie)

    assert state.json()["state"] == "live"


async def test_mirror_document_loads_from_the_listed_origins_alone_and_runs_nothing(relay: RunningRelay) -> None:
    pair = await relay.pair()

    answer = await relay.look(f"/s/{pair.session}/mirror", pair.cookie)
    quirks = await relay.look(f"/s/{pair.session}/mirror?quirks=1", pair.cookie)
    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'")
    assert "sandbox allow-same-origin" in policy
    assert "script" not in policy
    assert (
        f"img-src http://shop.localhost:5999 https://cdn.example data: {relay.console}/s/{pair.session}/assets/;"
        in policy
    )
    assert answer.headers["cross-origin-embedder-policy"] == "credentialless"
    assert answer.text.startswith("<!doctype html>")
    assert quirks.text.startswith("<html>")
    assert all('<meta name="beside-mirror">' in document.text for document in (answer, quirks))


async def test_console_page_runs_its_own_scripts_alone(relay: RunningRelay) -> None:
    policy = (await relay.http.get("/s/x")).headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy


async def test_private_answers_are_kept_by_no_cache(relay: RunningRelay) -> None:
    pair = await relay.pair()

    for door in ("state", "receipt", "mirror"):
        answer = await relay.look(f"/s/{pair.session}/{door}", pair.cookie)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_receipt_is_not_for_an_agent_whom_the_shopper_has_not_let_in(relay: RunningRelay) -> None:
    pair = await relay.pair()
    _, second = await relay.launch(relay.sign_launch("T-1", "Ines"))

    during = await relay.look(f"/s/{pair.session}/receipt", second)
    await relay.ask(f"/s/{pair.session}/end", pair.cookie)
    after = await relay.look(f"/s/{pair.session}/receipt", second)
    first = await relay.look(f"/s/{pair.session}/receipt", pair.cookie)

    assert [(answer.status_code, answer.json()["code"]) for answer in (during, after)] == [(403, "not-admitted")] * 2
    assert first.status_code == 200


async def test_new_code_makes_the_old_one_void(relay: RunningRelay) -> None:
    made = await relay.api("T-1")
    session, cookie = await relay.launch(made["consoleLink"])

    fresh = (await relay.ask(f"/s/{session}/code", cookie)).json()
    old = await relay.redeem(made["code"])
    new = await relay.redeem(fresh["code"])

    assert old.json()["code"] == "wrong-code"
    assert new.status_code == 200


async def test_snippet_is_served_for_every_origin_and_for_ever(relay: RunningRelay) -> None:
    answer = await relay.http.get(f"/v/{__version__}/beside.js")

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_static_doors_open_nothing_else(relay: RunningRelay) -> None:
    for path in ("/console/..%2f..%2fcli.py", "/v/../manifest.json", "/console/none.js", "/v/0/%2e%2e", "/console/.js"):
        answer = await relay.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_unknown_address_is_a_problem_in_words(relay: RunningRelay) -> None:
    answer = await relay.http.get("/nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_metrics_need_their_key_where_one_is_set(relay: RunningRelay) -> None:
    open_to_loopback = await relay.http.get("/metrics")
    object.__setattr__(relay.settings, "metrics_key", "let-me-see")
    without = await relay.http.get("/metrics")
    with_key = await relay.http.get("/metrics", headers={"Authorization": "Bearer let-me-see"})

    assert [open_to_loopback.status_code, without.status_code, with_key.status_code] == [200, 401, 200]
    assert "beside_sessions_created_total" in with_key.text


async def test_large_body_is_refused_in_words(relay: RunningRelay) -> None:
    body = {"ticket": "x" * 100_000, "subject": "s", "agentName": "a", "locale": None}

    answer = await relay.http.post("/api/sessions", json=body, headers={"Authorization": f"Bearer {API_KEY}"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
