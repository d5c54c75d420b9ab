"""`beside audit` under a policy: one that it is given, or the site's own; and the rules that find nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from beside.policy.reading import read_policy
from beside.policy.signing import draw_key, public_key_of, sign_policy
from tests.e2e.audited_shop import AuditedShop
from tests.e2e.test_audit import audit

POLICY = """site = "own-shop"
version = 5
[[rules]]
name = "note"
pages = ["/shop/*"]
show = ["#note"]
mask = [".points"]
[[rules]]
name = "elsewhere"
pages = ["/cart"]
mask = [".nothing"]
[[rules]]
name = "all pages"
block = [".box", ".chat"]
"""
PAGE = """<!doctype html><title>Checkout</title><label>Note <input id=note></label>
<p class={points}>1,200 points</p><p class={box}>A box</p>{tag}"""


@pytest.fixture
def shop() -> Iterator[AuditedShop]:
    served = AuditedShop()
    yield served
    served.close()


def test_rules_of_a_given_policy_that_find_nothing_are_told_and_new_ones_fail(
    shop: AuditedShop, tmp_path: Path
) -> None:
    source, baseline, html = tmp_path / "policy.toml", tmp_path / "baseline.json", tmp_path / "report.html"
    source.write_text(POLICY, "utf-8")
    words = ("--policy", str(source), "--baseline", str(baseline))
    shop.pages["/shop/checkout"] = PAGE.format(points="points", box="chat", tag="")
    clean = audit(tmp_path, shop.url("/shop/checkout"), *words[:2])
    (tmp_path / "report.json").rename(baseline)

    same = audit(tmp_path, shop.url("/shop/checkout"), *words)
    shop.pages["/shop/checkout"] = PAGE.format(points="balance", box="banner", tag="")
    other = audit(tmp_path, shop.url("/shop/checkout"), *words, "--html", str(html))

    assert (clean.status, same.status, other.status) == (0, 0, 1)
    assert clean.field("note").verdict == "show"
    assert "drift" not in clean.said
    assert "  policy  version 5, as given by --policy" in clean.said
    assert "  drift   the rule 'note' finds nothing to mask: .points" in other.said
    assert "drift: the rule 'all pages' finds nothing to block: .box, .chat on any page" in other.said
    assert "page 1 /shop/checkout: the rule 'note' of the policy finds nothing to mask" in other.said
    assert "  the rule 'all pages' of the policy finds nothing to block" in other.said
    assert "elsewhere" not in other.said
    assert [(rule.rule, rule.kind) for rule in other.page.idle_here] == [(1, "mask")]
    assert "Rules that find nothing here" in html.read_text("utf-8")


def test_rules_of_the_sites_own_signed_policy_are_told_of_too(shop: AuditedShop, tmp_path: Path) -> None:
    pem = draw_key()
    shop.pages["/own.policy"] = sign_policy(read_policy(POLICY), pem).decode()
    tag = """<script src="/v/0/beside.js" data-site=own-shop data-policy="/own.policy" data-policy-version={version}
      data-policy-key="{key}"></script>"""
    mine = tag.format(key=public_key_of(pem), version=5)
    shop.pages["/shop/checkout"] = PAGE.format(points="balance", box="chat", tag=mine)

    audited = audit(tmp_path, shop.url("/shop/checkout"))
    shop.pages["/shop/checkout"] = PAGE.format(points="a", box="b", tag=mine.replace("version=5", "version=6"))
    refused = audit(tmp_path, shop.url("/shop/checkout"))

    assert "  policy  the site's own, signed" in audited.said
    assert "  drift   the rule 'note' finds nothing to mask: .points" in audited.said
    assert audited.field("note").verdict == "show"
    assert "does not count or cannot be had" in refused.page.policy
    assert refused.page.idle == ()


def test_fields_that_a_rule_blocks_are_told_as_blocked(shop: AuditedShop, tmp_path: Path) -> None:
    source = tmp_path / "policy.toml"
    source.write_text(POLICY.replace("version = 5", 'version = 5\nframes = ["#sizes"]'), "utf-8")
    shop.pages["/sizes"] = "<!doctype html><div class=chat><label>Inside <input name=inside></label></div>"
    shop.pages["/shop/checkout"] = """<!doctype html><div class=box><p><label>Within <input name=within></label></div>
      <label>Itself <input name=itself class=box></label><iframe id=sizes src="/sizes"></iframe>
      <p class=points></p><label>Note <input id=note></label>"""

    audited = audit(tmp_path, shop.url("/shop/checkout"), "--policy", str(source))

    assert {field.key: (field.verdict, field.reason) for field in audited.page.fields} == {
        "within": ("block", "site-block"),
        "itself": ("block", "site-block"),
        "note": ("show", "site-show"),
        "iframe#sizes >> inside": ("block", "site-block"),
    }


def test_page_that_the_policy_pauses_is_told_as_such_and_at_once(shop: AuditedShop, tmp_path: Path) -> None:
    source, html = tmp_path / "policy.toml", tmp_path / "report.html"
    source.write_text(POLICY.replace("version = 5", 'version = 5\npause = ["/shop/account"]'), "utf-8")
    fields = "".join(f"<label>Field {at} <input name=f{at}></label>" for at in range(10))
    shop.pages["/shop/account"] = f"<!doctype html><title>Account</title>{fields}"
    started = time.monotonic()

    audited = audit(tmp_path, shop.url("/shop/account"), "--policy", str(source), "--html", str(html))

    # Each field waited four seconds for a frame that never came.
    assert time.monotonic() - started < 40
    assert {(field.verdict, field.reason) for field in audited.page.fields} == {("block", "paused")}
    assert audited.page.box == "paused by the policy"
    assert "An agent does not see this page: paused by the policy." in audited.said
    assert "drift" not in audited.said
    assert "There is no picture." in html.read_text("utf-8")
    assert audited.status == 0


def test_policy_that_is_refused_is_one_sentence_and_status_2(shop: AuditedShop, tmp_path: Path) -> None:
    source = tmp_path / "policy.toml"
    source.write_text(POLICY.replace(".points", "::before"), "utf-8")

    audited = audit(tmp_path, shop.url("/clean.html"), "--policy", str(source))

    assert audited.status == 2
    assert "is refused. The rule 'note' has a bad selector" in audited.complained
