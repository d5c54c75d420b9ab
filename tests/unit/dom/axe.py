"""axe-core over a page or a part of it: what it can tell of accessibility is held at no violation."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page
from tests.unit.dom.conftest import ROOT

SOURCE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA, and what axe itself recommends.
RUN = """async (selector) => {
  const context = selector ? { include: [selector] } : document;
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(context, { runOnly: tags, iframes: false, resultTypes: ["violations"] });
  const told = (node) => `  ${node.html}\\n  ${node.failureSummary}`;
  return found.violations.map((rule) => [`${rule.id}: ${rule.help}`, ...rule.nodes.map(told)].join("\\n"));
}"""


def violations(page: Page, selector: str = "") -> list[str]:
    """What axe finds wrong, one text a rule. The script goes in over the debugging protocol, past the page's CSP."""
    page.evaluate(SOURCE.read_text())
    found: list[Any] = page.evaluate(RUN, selector)
    return [str(text) for text in found]
