"""The loader on a shop's page: what leaves before the shopper acts (nothing), what is said when help cannot come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route
from tests.closed_root import ClosedRoot
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import ScriptedRelay
from tests.unit.dom.shared_page import allow, built_snippet, keyframes, shop_page, snippet_relay

# Writes down every way in which a script may start something or send something.
WATCH = """(() => {
  window.doings = [];
  const note = (name) => { if (document.currentScript?.src.includes('beside')) doings.push(name); };
  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback', 'fetch']) {
    const native = window[name];
    window[name] = (...values) => { note(name); return native(...values); };
  }
  for (const name of ['MutationObserver', 'IntersectionObserver', 'ResizeObserver', 'PerformanceObserver',
                      'WebSocket', 'EventSource', 'XMLHttpRequest', 'BroadcastChannel', 'Worker']) {
    const Native = window[name];
    window[name] = class extends Native { constructor(...values) { note(name); super(...values); } };
  }
  const beacon = navigator.sendBeacon;
  navigator.sendBeacon = (...values) => { note('sendBeacon'); return beacon.apply(navigator, values); };
})()"""
# What React 18 does with `hydrateRoot(document)`: it compares in many tasks, and makes anew a document that differs.
HYDRATES = """
  window.mismatches = 0;
  const { port1, port2 } = new MessageChannel();
  let slices = 30;
  port1.onmessage = () => {
    for (const end = performance.now() + 5; performance.now() < end; );
    if (--slices) return port2.postMessage(null);
    if (document.documentElement.children.length > 2) { mismatches++; writeAnew(); }
    window.hydrated = true;
  };
  port2.postMessage(null);
  window.writeAnew = () => {
    const anew = document.documentElement.cloneNode(true);
    for (const unknown of [...anew.children].slice(2)) unknown.remove();
    document.documentElement.replaceWith(anew);
  };
"""
OWN_BUTTON = "<button data-beside-help>Need a hand?</button>"
SECRET = "abcdefghijklmnopqrstuv"


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


def test_before_the_shopper_acts_nothing_starts_and_nothing_leaves(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.add_init_script(WATCH)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))

    page.goto(shop_page(site, relay))
    ClosedRoot(page).wait_for_text("Get help")
    page.fill("#name", "Ada")
    page.wait_for_load_state("networkidle")

    assert [name for name, _ in relay.files] == ["beside.js"]
    assert relay.asked == []
    assert sockets == []
    assert page.evaluate("doings") == []


def test_the_page_finds_no_way_into_our_root(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.add_init_script("window.before = new Set(Object.getOwnPropertyNames(window))")

    page.goto(shop_page(site, relay))
    ClosedRoot(page).wait_for_text("Get help")

    assert page.evaluate("document.querySelector('beside-help').shadowRoot") is None
    added = "Object.getOwnPropertyNames(window).filter((name) => !before.has(name) && name !== 'before')"
    # The elements of the page with an id, which are no properties of the window's own, and nothing else.
    assert page.evaluate(added) == []


def test_the_rest_comes_once_without_a_referrer(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay))
    root = ClosedRoot(page)

    root.press("Get help")

    root.wait_for_text("Code from the support team")
    (main,) = [headers for name, headers in relay.files if name == "main.js"]
    assert "referer" not in main
    assert "cookie" not in main


@pytest.mark.parametrize(
    ("lang", "help_words", "title", "language"),
    [
        ("en-GB", "Get help", "Get help on this page", "en.js"),
        ("ar-EG", "احصل على مساعدة", "احصل على مساعدة في هذه الصفحة", "ar.js"),
        ("zh-CN", "获取帮助", "获取此页面的帮助", "zh.js"),
        ("fr", "Get help", "Get help on this page", "en.js"),
    ],
)
def test_the_language_is_the_page_s(  # noqa: PLR0917 - one row of the table an argument
    page: Page, site: Site, relay: ScriptedRelay, lang: str, help_words: str, title: str, language: str
) -> None:
    page.goto(shop_page(site, relay, lang=lang))
    root = ClosedRoot(page)

    root.press(help_words)

    root.wait_for_text(title)
    relay.wait_for(lambda relay: len(relay.files) >= 5, "what is loaded while the shopper types")
    files = [name for name, _ in relay.files]
    assert files[:2] == ["beside.js", "main.js"]
    # What is shown at once, and the engine while the shopper types; neither the end nor guidance.
    assert sorted(files[2:]) == sorted([language, "help.js", "engine.js"])


def test_the_tag_can_name_the_language(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay, attributes=' data-locale="zh"'))

    ClosedRoot(page).wait_for_text("获取帮助")


def test_a_button_of_the_shop_s_own_takes_the_place_of_ours(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay, head="<button data-beside-help><b>Need a hand?</b></button>"))
    root = ClosedRoot(page)
    page.wait_for_function("document.querySelector('beside-help')")
    assert root.find("Get help") is None

    page.click("text=Need a hand?")

    root.wait_for_text("Code from the support team")


def hydrating_page(site: Site, relay: ScriptedRelay, head: str = "") -> str:
    site.add("/hydrate.js", HYDRATES, "text/javascript")
    return shop_page(site, relay, head=f'<script src="/hydrate.js" defer></script>{head}')


def test_library_that_hydrates_the_whole_document_finds_it_as_the_server_sent_it(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(hydrating_page(site, relay))
    root = ClosedRoot(page)

    root.wait_for_text("Get help")

    assert page.evaluate("[hydrated, mismatches]") == [True, 0]
    root.press("Get help")
    root.wait_for_text("Code from the support team")


def test_click_before_a_page_has_hydrated_changes_nothing_in_its_document(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    # The tag ends before hydration begins, and a shopper is quick.
    click = "document.addEventListener('DOMContentLoaded', () => document.body.click())"
    page.goto(hydrating_page(site, relay, head=f"<script>{click}</script>"))
    root = ClosedRoot(page)

    root.wait_for_text("Get help")

    assert page.evaluate("[hydrated, mismatches]") == [True, 0]


@pytest.mark.parametrize("when", ["before", "after"])
def test_help_is_shown_where_the_page_writes_its_document_anew(
    page: Page, site: Site, relay: ScriptedRelay, when: str
) -> None:
    page.goto(hydrating_page(site, relay, head=OWN_BUTTON))
    root = ClosedRoot(page)
    page.wait_for_function("window.hydrated && document.querySelector('beside-help')")

    if when == "before":
        page.evaluate("writeAnew()")
    page.click("text=Need a hand?")
    if when == "after":
        root.wait_for_text("Code from the support team")
        page.evaluate("writeAnew()")
        page.click("text=Need a hand?")

    root.wait_for_text("Code from the support team")


def test_page_that_writes_its_document_anew_while_help_is_loaded_keeps_no_file_from_coming(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(hydrating_page(site, relay))
    root = ClosedRoot(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/main.js", hold)
    root.press("Get help")
    root.wait(lambda: held, "the question for main.js")
    page.evaluate("writeAnew()")
    held[0].continue_()

    root.wait_for_text("Code from the support team")


def test_tag_that_comes_to_a_loaded_page_draws_the_button(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(site.page("<p>Two plants</p>"))

    page.evaluate(
        """(src) => {
          const tag = Object.assign(document.createElement("script"), { src });
          tag.dataset.site = "demo";
          document.head.append(tag);
        }""",
        f"{relay.origin}/v/0/beside.js",
    )

    ClosedRoot(page).wait_for_text("Get help")


def test_first_click_draws_the_button_on_a_page_that_never_ends_to_load(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    url = shop_page(site, relay, head="<img src=/never>")
    # It is neither answered nor refused.
    page.route("**/never", lambda route: None)
    page.goto(url, wait_until="domcontentloaded")
    assert page.locator("beside-help").count() == 0

    page.mouse.click(200, 200)

    ClosedRoot(page).wait_for_text("Get help")
    assert page.evaluate("document.readyState") == "interactive"


def test_two_tags_make_one_instance(page: Page, site: Site, relay: ScriptedRelay) -> None:
    tag = f'<script src="{relay.origin}/v/0/beside.js" data-site="demo" defer></script>'
    page.goto(shop_page(site, relay, head=tag))
    ClosedRoot(page).wait_for_text("Get help")

    assert page.locator("beside-help").count() == 1


def test_a_frame_of_the_page_s_own_origin_takes_no_view_from_the_page(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    framed = shop_page(site, relay)
    late = '<script src="/late.js"></script>'
    following = shop_page(site, relay, head=f'<iframe src="{framed}"></iframe>{late}')
    page.goto(shop_page(site, relay, following=following))
    root = allow(page, relay)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/late.js", hold)

    # The frame is there before the page has come to its own tag.
    page.click("#next", no_wait_after=True)
    root.wait(lambda: held and page.frame(url=framed), "the frame")
    frame = page.frame(url=framed)
    assert frame is not None
    frame.wait_for_load_state()
    held[0].fulfill(content_type="text/javascript", body="")

    relay.wait_for(lambda relay: len(keyframes(relay)) == 2, "the page with the frame")
    root.wait_for_text("Sam can see this page")
    assert frame.locator("beside-help").count() == 0
    assert [hello["token"] for hello in relay.connects] == ["participant-token-1", "participant-token-2"]


@pytest.mark.parametrize("around", ["127.0.0.1", "localhost"])
def test_a_frame_has_its_own_help_where_the_page_around_it_has_none(
    page: Page, site: Site, relay: ScriptedRelay, around: str
) -> None:
    framed = shop_page(site, relay)

    page.goto(site.page(f'<iframe src="{framed}"></iframe>').replace("127.0.0.1", around))

    page.frame_locator("iframe").locator("beside-help").wait_for(state="attached")


def test_the_files_may_come_from_the_shop_s_own_origin(page: Page, site: Site, relay: ScriptedRelay) -> None:
    for file in built_snippet().iterdir():
        site.add(f"/assets/{file.name}", file.read_bytes(), "text/javascript; charset=utf-8")
    page.goto(site.page(f'<script src="/assets/beside.js" data-site="demo" data-relay="{relay.origin}"></script>'))

    allow(page, relay)

    assert relay.files == []
    assert [path for path, _ in relay.asked] == ["redeem", "answer"]


def test_a_file_that_was_tampered_with_does_not_run(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.broken_files["main.js"] = b"window.ran = true; export const start = () => {};"
    page.goto(shop_page(site, relay))
    root = ClosedRoot(page)

    root.press("Get help")

    root.wait_for_text("Help cannot be reached right now.")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("tampered", [False, True])
def test_a_browser_without_module_preload_checks_the_files_too(
    page: Page, site: Site, relay: ScriptedRelay, tampered: bool
) -> None:
    page.add_init_script("DOMTokenList.prototype.supports = () => false")
    if tampered:
        relay.broken_files["main.js"] = b"window.ran = true; export const start = () => {};"
    page.goto(shop_page(site, relay))
    root = ClosedRoot(page)

    root.press("Get help")

    root.wait_for_text("Help cannot be reached right now." if tampered else "Code from the support team")
    assert page.evaluate("window.ran") is None
    assert all("referer" not in headers for name, headers in relay.files if name == "main.js")


def test_a_language_that_was_tampered_with_does_not_run_and_english_stands_in(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    relay.broken_files["ar.js"] = b"window.ran = true; export const words = {};"
    page.goto(shop_page(site, relay, lang="ar"))
    root = ClosedRoot(page)

    root.press("احصل على مساعدة")

    root.wait_for_text("Get help on this page")
    assert page.evaluate("window.ran") is None


def test_a_relay_that_is_down_is_said_in_words_and_can_be_tried_again(page: Page, site: Site) -> None:
    with snippet_relay() as relay:
        page.goto(shop_page(site, relay))
        root = ClosedRoot(page)
        root.wait_for_text("Get help")

    root.press("Get help")

    root.wait_for_text("Help cannot be reached right now.")
    root.press("Get help")
    root.wait_for_text("Help cannot be reached right now.")


def test_a_file_that_does_not_come_once_the_view_is_about_to_go_on_leaves_get_help(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(shop_page(site, relay))
    allow(page, relay)
    relay.broken_files["tab_choice.js"] = b"<!doctype html>"

    other = page.context.new_page()
    other.goto(shop_page(site, relay))

    root = ClosedRoot(other)
    root.wait_for_text("Help cannot be reached right now.")
    root.press("Get help")
    root.wait_for_text("Code from the support team")


def test_a_view_that_was_handed_over_is_kept_for_the_next_page_where_a_file_does_not_come(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    address = shop_page(site, relay)
    page.goto(address)
    allow(page, relay)
    relay.answers["take-over"] = [
        (200, {"session": "session1", "token": "participant-token-of-the-hand-over", "ageS": 60.0, "agents": ["Sam"]})
    ]
    other = site.page(f'<a href="{address}#beside={SECRET * 2}">Pay</a>').replace("127.0.0.1", "localhost")
    page.goto(other)
    relay.broken_files["engine.js"] = b"<!doctype html>"
    # The first page had it whole, and a process that is used again remembers.
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})

    page.click("text=Pay")

    root = ClosedRoot(page)
    root.wait_for_text("Help cannot be reached right now.")
    root.wait_for_text("Get help")
    relay.broken_files.clear()
    page.goto(shop_page(site, relay))
    root.wait_for_text("Sam can see this page")
    assert relay.connects[-1]["token"] == "participant-token-of-the-hand-over"


def test_a_policy_that_blocks_us_is_said_in_words(page: Page, site: Site, relay: ScriptedRelay) -> None:
    policy = f"script-src {relay.origin}/v/0/beside.js"
    page.goto(shop_page(site, relay, head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">'))
    root = ClosedRoot(page)

    root.press("Get help")

    root.wait_for_text("security policy (CSP) blocks the help service")


@pytest.mark.parametrize("scripts", ["'nonce-shop'", "'nonce-shop' 'strict-dynamic'", "{relay}"])
def test_the_strictest_policy_that_we_document_is_never_violated(
    page: Page, site: Site, relay: ScriptedRelay, scripts: str
) -> None:
    policy = (
        f"default-src 'none'; script-src {scripts.format(relay=relay.origin)}; style-src 'none'; "
        f"connect-src {relay.origin} {relay.origin.replace('http', 'ws')}; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )
    page.add_init_script(
        "window.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI))"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page.goto(shop_page(site, relay, head=head, attributes=' nonce="shop"'))

    root = allow(page, relay)
    relay.send("act", {"agent": "agent1", "act": ["highlight", "a1", 1, 2, "Here"]})
    relay.wait_heard("outcome")
    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")

    assert page.evaluate("violations") == []


def test_an_older_browser_is_told_so(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.add_init_script("delete String.prototype.isWellFormed")
    page.goto(shop_page(site, relay))
    root = ClosedRoot(page)

    root.press("Get help")

    root.wait_for_text("Shared viewing needs a newer browser.")
    assert [name for name, _ in relay.files] == ["beside.js"]


def test_a_link_s_secret_leaves_the_address_at_once_and_leads_to_the_consent(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    address = shop_page(site, relay)

    page.goto(f"{address}#beside={SECRET}")

    ClosedRoot(page).wait_for_text("Let Sam see this page?")
    assert page.url == address
    assert relay.asked[0][1]["secret"] == SECRET
    assert relay.connects == []


def test_a_link_into_the_open_page_works_too(page: Page, site: Site, relay: ScriptedRelay) -> None:
    address = shop_page(site, relay)
    page.goto(address)
    ClosedRoot(page).wait_for_text("Get help")

    page.goto(f"{address}#beside={SECRET}")

    ClosedRoot(page).wait_for_text("Let Sam see this page?")
    assert page.url == address


def test_other_fragments_are_left_alone(page: Page, site: Site, relay: ScriptedRelay) -> None:
    address = shop_page(site, relay)

    page.goto(f"{address}#basket")

    ClosedRoot(page).wait_for_text("Get help")
    assert page.url == f"{address}#basket"


def test_the_page_s_style_cannot_hide_the_button(page: Page, site: Site, relay: ScriptedRelay) -> None:
    style = "<style>beside-help, html > :last-child { display: none !important; visibility: hidden !important }</style>"
    page.goto(shop_page(site, relay, head=style))
    root = ClosedRoot(page)

    root.press("Get help")

    root.wait_for_text("Code from the support team")
