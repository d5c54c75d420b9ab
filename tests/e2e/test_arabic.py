"""Shoppers who read Arabic or Chinese: everything of ours in their language, and the agent follows all the same."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.people import Agent, Places, Shopper


def test_arabic_shopper_reads_arabic_and_the_mirror_runs_right_to_left(
    agent: Agent, new_context: Callable[..., BrowserContext], places: Places
) -> None:
    shopper = Shopper(new_context(locale="ar").new_page(), places, lang="ar")
    agent.start("T-1047")
    shopper.fill_basket()
    shopper.open_help()
    shopper.type_code(agent.share_code())
    consent = shopper.read_consent()

    # Both see the same two words; the shopper in Arabic, the agent in Arabic and in English.
    words = agent.console.locator(".pair-word").all_inner_texts()
    translations = agent.console.locator(".pair .hint").all_inner_texts()
    assert " · ".join(words) in consent
    assert len(translations) == 2
    assert all(word.isascii() for word in translations)
    assert not any(word.isascii() for word in words)
    assert f"هل تسمح لـ {agent.name} برؤية هذه الصفحة؟" in consent.replace("  ", " ")
    assert "Allow" not in consent
    assert (
        shopper.ui.evaluate("function () { return getComputedStyle(this.querySelector('dialog')).direction }") == "rtl"
    )
    # Right to left, the second of two buttons stands on the left.
    allow, decline = shopper.ui.find("السماح"), shopper.ui.find("الرفض")
    assert allow
    assert decline
    assert allow["x"] < decline["x"]

    shopper.allow()
    agent.wait_for_state("Live")
    agent.wait_for_picture("كيف نتواصل معك؟")
    page = shopper.page.evaluate(HEADING_EDGES)
    assert agent.mirror("(document) => document.documentElement.dir") == "rtl"
    mirrored = agent.mirror(f"(document) => ({HEADING_EDGES})(document)")
    assert mirrored == page
    agent.field("البريد الإلكتروني").wait_for("Empty, but required")

    # A message is read in its own direction beside an Arabic sentence.
    agent.highlight("البريد الإلكتروني", "اكتب عنوانك كاملًا")
    shopper.ui.wait_for_text("اكتب عنوانك كاملًا")
    assert f"يشير {agent.name} إلى شيء" in shopper.ui.text().replace("  ", " ")
    shopper.page.fill("#name", "ليلى منصور")
    shopper.page.fill("#email", "layla.karawan@quillmail.test")
    shopper.page.locator("#name").focus()
    agent.field("البريد الإلكتروني").wait_for("Filled")
    assert agent.received.traces("ليلى منصور") == []
    shopper.ui.press("إنهاء")
    shopper.ui.wait_for_text("لقد أنهيت المشاركة.")
    agent.wait_for_state("Ended")
    expect(agent.console.locator(".receipt")).to_contain_text("/checkout/contact")
    assert shopper.errors == []


HEADING_EDGES = """(from) => {
  const { left, right } = (from ?? document).querySelector('h1').getBoundingClientRect();
  return [Math.round(left), Math.round(right)];
}"""


def test_chinese_shopper_reads_chinese(
    agent: Agent, new_context: Callable[..., BrowserContext], places: Places
) -> None:
    shopper = Shopper(new_context(locale="zh-CN").new_page(), places, lang="zh")
    agent.start("T-1046")
    shopper.page.goto(f"{places.shop}/?lang=zh")

    shopper.open_help()
    shopper.type_code(agent.share_code())
    consent = shopper.read_consent()

    words = agent.console.locator(".pair-word").all_inner_texts()
    assert " · ".join(words) in consent
    assert not any(word.isascii() for word in words)
    expect(agent.console.locator(".pair .hint")).to_have_count(2)
    assert "允许 Sam Rivera 查看此页面吗" in consent.replace("  ", " ")
    shopper.allow()
    agent.wait_for_state("Live")
    agent.end()
    shopper.ui.wait_for_text("Sam Rivera 已结束共享查看。")
    assert shopper.errors == []
