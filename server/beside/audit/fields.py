"""The fields of a page as they can be reached: all its documents, open shadow roots, and closed ones by the debugger.

What a closed root holds the snippet cannot see; a person can type into it all the same, and the page can print it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from beside.audit.audited import FoundField
from beside.audit.browser import CDPSession, ElementHandle, Error, Frame, Page

FIELD_TIMEOUT_MS = 3_000.0
_DESCRIBE = "field => besideAudit.describe(field)"
# What a password manager does: the value, and the events that say so.
_SET = """(field, value) => {
  if (field.localName === 'select') field.value = value;
  else Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, value);
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}"""


class Field(Protocol):
    """One field that an audit can act on. Each raises Playwright's `Error` where the page took the field away."""

    def evaluate(self, function: str) -> Any: ...
    def focus(self) -> None: ...
    def put(self, value: str) -> None: ...
    def fill(self, value: str) -> None: ...
    def choose(self, value: str) -> None: ...
    def attach(self, name: str) -> None: ...


class OpenField:
    """What Playwright itself can reach."""

    def __init__(self, handle: ElementHandle) -> None:
        self._handle = handle

    def evaluate(self, function: str) -> Any:
        return self._handle.evaluate(function)

    def focus(self) -> None:
        self._handle.focus()

    def put(self, value: str) -> None:
        self._handle.evaluate(_SET, value)

    def fill(self, value: str) -> None:
        self._handle.fill(value, timeout=FIELD_TIMEOUT_MS)

    def choose(self, value: str) -> None:
        self._handle.select_option(value, timeout=FIELD_TIMEOUT_MS, force=True)

    def attach(self, name: str) -> None:
        self._handle.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})


class ClosedField:
    """A field in a closed shadow root, by its name in the debugger's session."""

    def __init__(self, session: CDPSession, object_id: str) -> None:
        self._session = session
        self._object_id = object_id

    def evaluate(self, function: str) -> Any:
        return self._call(function)

    def _call(self, function: str, *arguments: str) -> Any:
        answer = self._session.send(
            "Runtime.callFunctionOn",
            {
                "objectId": self._object_id,
                "functionDeclaration": f"function (...given) {{ return ({function})(this, ...given) }}",
                "arguments": [{"value": argument} for argument in arguments],
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            raise Error("the page would not have it")
        return answer["result"].get("value")

    def focus(self) -> None:
        self.evaluate("field => field.focus()")

    def put(self, value: str) -> None:
        self._call(_SET, value)

    def fill(self, value: str) -> None:
        self._call(_SET, value)

    def choose(self, value: str) -> None:
        self._call(_SET, value)

    def attach(self, name: str) -> None:
        raise Error("files are not put into closed shadow roots")


def fields_of(page: Page) -> list[tuple[FoundField, Field]]:
    """Every field of every document of a page. Documents that go away meanwhile have none."""
    fields: list[Field] = [OpenField(handle) for frame in page.frames for handle in _handles(frame)]
    found: list[tuple[FoundField, Field]] = []
    for field in [*fields, *_closed(page)]:
        try:
            found.append((describe(field), field))
        except Error:
            continue
    return found


def describe(field: Field) -> FoundField:
    return msgspec.convert(field.evaluate(_DESCRIBE), FoundField)


def _handles(frame: Frame) -> list[ElementHandle]:
    try:
        found = frame.evaluate_handle("() => window.besideAudit?.fields() ?? []")
        return [handle for one in found.get_properties().values() if (handle := one.as_element())]
    except Error:
        return []


def _closed(page: Page) -> Iterator[Field]:
    session = page.context.new_cdp_session(page)
    try:
        document = session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
        for host in _hosts(document):
            resolved = session.send("DOM.resolveNode", {"backendNodeId": host})["object"]["objectId"]
            yield from _fields_in(session, resolved)
    except Error:
        return


def _hosts(node: dict[str, Any]) -> Iterator[int]:
    """Backend ids of all closed shadow roots but Beside's own."""
    for root in node.get("shadowRoots", []):
        if root.get("shadowRootType") == "closed" and not node["localName"].startswith("beside-"):
            yield root["backendNodeId"]
    for part in ("children", "shadowRoots"):
        for child in node.get(part, []):
            yield from _hosts(child)
    if "contentDocument" in node:
        yield from _hosts(node["contentDocument"])


def _fields_in(session: CDPSession, root: str) -> Iterator[Field]:
    words = {"objectId": root, "functionDeclaration": "function () { return besideAudit.fieldsBelow(this) }"}
    answer = session.send("Runtime.callFunctionOn", words)
    listed = session.send("Runtime.getProperties", {"objectId": answer["result"]["objectId"], "ownProperties": True})
    for one in listed["result"]:
        if one["value"].get("subtype") == "node":
            yield ClosedField(session, one["value"]["objectId"])
