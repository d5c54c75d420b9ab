"""What a rogue shopper sends of markup: every node and every attribute as it stands, scripts and handlers included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

Entry = list[Any]
# Parsed where no script runs, so that <noscript> has elements too; of a <template> what it holds.
READ = """(markup) => {
  const spaces = { "http://www.w3.org/2000/svg": "svg", "http://www.w3.org/1998/Math/MathML": "math" };
  // Forms have controls of these names.
  const member = (type, name) => (node) => Object.getOwnPropertyDescriptor(type.prototype, name).get.call(node);
  const childrenOf = member(Node, "childNodes");
  const attributesOf = member(Element, "attributes");
  const entries = [];
  const read = (node) => {
    if (node.nodeType === 3) return void entries.push(["tx", node.data]);
    const attributes = Object.fromEntries([...attributesOf(node)].map(({ name, value }) => [name, value]));
    const inside = childrenOf(node.localName === "template" ? node.content : node);
    const children = [...inside].filter(({ nodeType }) => nodeType === 1 || nodeType === 3);
    entries.push([spaces[node.namespaceURI] ?? "el", node.localName, attributes, children.length]);
    children.forEach(read);
  };
  const root = new DOMParser().parseFromString(markup, "text/html").documentElement;
  for (const part of root.children) for (const { name, value } of [...part.attributes, ...root.attributes]) {
    const copy = part.ownerDocument.createElement("div");
    copy.setAttribute(name, value);
    part.append(copy);
  }
  for (const part of root.children) for (const node of part.childNodes) if (node.nodeType === 1) read(node);
  return entries;
}"""


def read_entries(page: Page, markup: str) -> list[Entry]:
    entries: list[Entry] = page.evaluate(READ, markup)
    return entries


def el(name: str, attributes: dict[str, str], *children: list[Entry], kind: str = "el") -> list[Entry]:
    return [[kind, name, attributes, len(children)], *(entry for child in children for entry in child)]


def tops(entries: list[Entry]) -> int:
    """How many of the entries in a list stand at its top."""
    count = waiting = 0
    for entry in entries:
        if waiting == 0:
            count += 1
        else:
            waiting -= 1
        waiting += entry[3] if entry[0] in ("el", "svg", "math") else 0
    return count


@dataclass(frozen=True)
class Document:
    """A document of carriers: in its body, in a shadow root there, and in a frame of it. Node n is `entries[n - 2]`."""

    entries: list[Entry]

    @classmethod
    def of(cls, carriers: list[Entry]) -> Document:
        many = tops(carriers)
        root = [["el", "section", {}, 1], ["sr", many], *carriers]
        frame = [
            ["fr", {"src": "javascript:top.ran=1", "srcdoc": "<script>top.ran=1</script>", "sandbox": ""}, 1],
            ["doc", False, 1],
            ["el", "html", {}, 2],
            ["el", "head", {}, 0],
            ["el", "body", {}, many],
            *carriers,
        ]
        body = ["el", "body", {"onload": "top.ran=1"}, many + 2]
        return cls([["dt", "html"], ["el", "html", {}, 2], ["el", "head", {}, 0], body, *carriers, *root, *frame])

    def ids(self, fits: Callable[[Entry], bool]) -> list[int]:
        return [at + 2 for at, entry in enumerate(self.entries) if fits(entry)]

    def sheets(self) -> list[Any]:
        """A sheet for each element that can have one: its text, or its address."""
        changes = []
        for node in self.ids(lambda entry: entry[1] in ("style", "link")):
            entry = self.entries[node - 2]
            text = self.entries[node - 1][1] if entry[1] == "style" else None
            changes.append(["sheet", node, text, entry[2].get("href"), "", False])
        return changes

    def texts(self) -> list[str]:
        """The texts of all sheets, each once."""
        return list(dict.fromkeys(sheet[2] for sheet in self.sheets() if sheet[2]))

    def attributes(self, node: int) -> dict[str, str]:
        entry = self.entries[node - 2]
        found: dict[str, str] = entry[1] if entry[0] == "fr" else entry[2]
        return found

    def body(self) -> int:
        return self.ids(lambda entry: entry[1] == "body")[0]
