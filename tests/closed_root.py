"""Reaches into the snippet's closed shadow root over the DevTools protocol, as no page can.

Nothing in the shipped bundle opens the root; a debugger sees through it. Presses are real mouse and key events, so that
what asks for a person's press (`isTrusted`) gets one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import CDPSession, Error, Page

# A machine with two cores that runs several browsers may take seconds for one step; what fails has time to.
WAIT_LIMIT_S = 30.0

# Run with `this` = the shadow root. Finds what a person would name: a button, link, field or checkbox by its words.
_FIND = """function (name) {
  const wordsOf = (element) => {
    const labels = element.labels ? [...element.labels].map((label) => label.textContent) : [];
    const all = [element.getAttribute('aria-label'), ...labels, element.textContent, element.title];
    return all.map((text) => (text ?? '').trim());
  };
  const seen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const all = [...this.querySelectorAll('button, a, input, textarea, [role=button]')].filter(seen);
  const found = all.find((element) => wordsOf(element).some((words) => words === name))
    ?? all.find((element) => wordsOf(element).some((words) => words.includes(name)));
  if (!found) return null;
  const { x, y, width, height } = found.getBoundingClientRect();
  const ready = !found.disabled && found.ariaDisabled !== 'true';
  return { x: x + width / 2, y: y + height / 2, width, height, ready };
}"""
_TEXT = """function () {
  const out = [];
  const walk = (node) => {
    if (node.nodeType === 3) { const t = node.data.trim(); if (t) out.push(t); return; }
    if (node.nodeType === 1 && !node.checkVisibility({ visibilityProperty: true })) return;
    for (const child of node.childNodes) walk(child);
  };
  walk(this);
  return out.join(' ');
}"""


class ClosedRoot:
    """The snippet's own elements on one page. Every look finds the root anew: pages come and go."""

    def __init__(self, page: Page, *, has_touch: bool = False) -> None:
        self.page = page
        self.has_touch = has_touch
        self._session: CDPSession | None = None

    def evaluate(self, function: str, *arguments: object) -> Any:
        """Calls a JavaScript `function` with `this` as the root; None where there is no root (yet)."""
        session = self._session = self._session or self.page.context.new_cdp_session(self.page)
        try:
            document = session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
            for backend in closed_roots(document):
                remote = session.send("DOM.resolveNode", {"backendNodeId": backend})["object"]["objectId"]
                answer = session.send(
                    "Runtime.callFunctionOn",
                    {
                        "objectId": remote,
                        "functionDeclaration": function,
                        "arguments": [{"value": argument} for argument in arguments],
                        "returnByValue": True,
                        "awaitPromise": True,
                    },
                )
                if "exceptionDetails" in answer:
                    raise AssertionError(answer["exceptionDetails"])
                return answer["result"].get("value")
        except Error:
            # The page is just being replaced by the next one.
            return None
        return None

    def text(self) -> str:
        """All that a person can read of it."""
        return str(self.evaluate(_TEXT) or "")

    def find(self, name: str) -> dict[str, Any] | None:
        """Where the control with these words is, in CSS px of the viewport; None when none is visible."""
        found: dict[str, Any] | None = self.evaluate(_FIND, name)
        return found

    def press(self, name: str) -> None:
        """Presses the control with these words by mouse or finger, once it stands still."""
        before = None
        place = self.wait(lambda: self.find(name), f"a control called '{name}'")
        while place != before:
            before = place
            self.page.wait_for_timeout(40)
            place = self.wait(lambda: self.find(name), f"a control called '{name}'")
        self.press_at(place["x"], place["y"])

    def press_at(self, x: float, y: float) -> None:
        """Presses a place of the viewport, in CSS px."""
        if self.has_touch:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.click(x, y)

    def type(self, name: str, text: str) -> None:
        """Puts the caret into the field with this label and types."""
        self.press(name)
        self.page.keyboard.type(text)

    def wait_for_text(self, text: str) -> None:
        self.wait(lambda: text in self.text(), f"the words '{text}'")

    def wait_for_no_text(self, text: str) -> None:
        self.wait(lambda: text not in self.text(), f"the words '{text}' to go")

    def wait(self, look: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + WAIT_LIMIT_S
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {WAIT_LIMIT_S} s for {what}; there is: {self.text()!r}")
            # Playwright's own wait: events of the page are handled meanwhile, which time.sleep would hold up.
            self.page.wait_for_timeout(50)
        return seen


def closed_roots(node: dict[str, Any]) -> list[int]:
    """Backend ids of the closed shadow roots of the snippet's host; the capture engine's own shows nothing."""
    found = [
        root["backendNodeId"]
        for root in node.get("shadowRoots", [])
        if root.get("shadowRootType") == "closed" and node["localName"] == "beside-help"
    ]
    for part in ("children", "shadowRoots"):
        for child in node.get(part, []):
            found += closed_roots(child)
    return found
