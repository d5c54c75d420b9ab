"""Walks a shop's page and its mirror side by side: whether their trees are equal, and where masks stand on both.

The walk is written anew here and not taken from the capture, whose work it judges. Knows nothing of pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# left, top, right, bottom in CSS px of the viewport
Box = tuple[float, float, float, float]
MASKED_TEXT = "••••••"

# Preorder list of what can be painted: [depth, name or text, kind]. `kind`: "tx" of a text, "el" of an element, "mask"
# of an element of the mirror that shows a mask. With `boxed`, a list of places in that list: the boxes of those nodes.
_WALK = """({ inMirror, boxed: wanted }) => {
  const root = inMirror ? document.querySelector('iframe.mirror')?.contentDocument : document;
  if (!root?.documentElement) return [];
  const gone = new Set(('script noscript template meta base title param source track option optgroup datalist ' +
    'noframes noembed beside-help').split(' '));
  const goneInSvg = /^(?:script|title|desc|metadata|animate.*|set|mpath|discard)$/;
  const boxed = new Set('iframe frame frameset video audio object embed canvas'.split(' '));
  const leaves = new Set('input textarea select style link'.split(' '));
  const list = [];
  const nodes = [];
  const push = (node, ...line) => {
    list.push(line);
    nodes.push(node);
  };
  // What stands in a frame stands where the frame does.
  const originOf = (document) => {
    const frame = document === root ? null : document.defaultView.frameElement;
    if (!frame) return [0, 0];
    const { left, top } = frame.getBoundingClientRect();
    const [x, y] = originOf(frame.ownerDocument);
    return [x + left + frame.clientLeft, y + top + frame.clientTop];
  };
  const boxesOf = (rects, document) => {
    const [x, y] = originOf(document);
    return [...rects].map(({ left, top, right, bottom }) => [x + left, y + top, x + right, y + bottom]);
  };
  const shownIn = (element) =>
    element.localName === 'iframe' && (inMirror || element.getAttribute('data-beside') === 'show')
      ? element.contentDocument
      : null;
  const nameOf = (element) => {
    const name = element.localName;
    // `data-expect` is a test page's own word for what no walk can see, such as a closed root.
    if (element.getAttribute('data-expect') === 'box') return '(box)';
    if (inMirror) return name === 'beside-box' ? '(box)' : name.replace(/^beside-/, '');
    if (element.getAttribute('data-beside') === 'block') return '(box)';
    if (boxed.has(name) && !shownIn(element)) return '(box)';
    if (name === 'img' && element.currentSrc.startsWith('blob:')) return '(box)';
    return name;
  };
  const isCaptured = (element) => {
    const name = element.localName;
    // The symbol of a file that a `<use>` refers to: no page has it in its tree.
    if (inMirror) return name !== 'defs' || !/^sprite-/.test(element.firstElementChild?.id);
    if (!/(?:xhtml|svg|MathML)$/.test(element.namespaceURI ?? '')) return false;
    if (element.namespaceURI.endsWith('/svg')) return !goneInSvg.test(name);
    if (gone.has(name) || (name === 'input' && element.type === 'hidden')) return false;
    return name !== 'link' || element.relList.contains('stylesheet');
  };
  const boxesAt = (at) => {
    const node = nodes[at];
    if (node?.nodeType === 1) return boxesOf(node.getClientRects(), node.ownerDocument);
    if (node?.nodeType !== 3) return [];
    const range = node.ownerDocument.createRange();
    range.selectNodeContents(node);
    return boxesOf(range.getClientRects(), node.ownerDocument);
  };
  const walk = (node, depth) => {
    if (node.nodeType === 3) {
      if (node.parentNode.localName === 'head' && !node.data.trim()) return;
      // In masked parts blanks travel as one, which paints the same.
      push(node, depth, node.data.trim() ? node.data.toWellFormed() : '', 'tx');
      return;
    }
    if (node.nodeType !== 1 || !isCaptured(node)) return;
    const element = node;
    const name = nameOf(element);
    const isMask = name === '(box)' || node.hasAttribute('beside-mask');
    push(node, depth, name, isMask ? 'mask' : 'el');
    if (name === '(box)' || leaves.has(name)) return;
    if (element.shadowRoot) {
      push(element.shadowRoot, depth + 1, '(shadow root)', 'el');
      for (const child of element.shadowRoot.childNodes) walk(child, depth + 2);
    }
    const inside = shownIn(element)?.documentElement;
    if (inside) walk(inside, depth + 1);
    // Beside itself hangs its hosts on the root element, beside head and body.
    const isRoot = node === node.ownerDocument.documentElement;
    for (const child of node.childNodes)
      if (!isRoot || /^(?:head|body)$/.test(child.localName)) walk(child, depth + 1);
  };
  walk(root.documentElement, 0);
  return wanted ? wanted.flatMap(boxesAt) : list;
}"""


@dataclass(frozen=True)
class Trees:
    """What the two walks found. `difference` is a sentence, or empty where the trees are equal."""

    difference: str
    masks_on_page: list[Box]
    masks_in_mirror: list[Box]


def compare_trees(page: Page, console: Page) -> Trees:
    """Walks both now. Masked text counts as equal to any; every mask is given with its boxes on both sides."""
    judged = judge_walks(page.evaluate(_WALK, {"inMirror": False}), console.evaluate(_WALK, {"inMirror": True}))
    there, here = [at for at, _ in judged.masks], [at for _, at in judged.masks]
    on_page = page.evaluate(_WALK, {"inMirror": False, "boxed": there}) if there else []
    in_mirror = console.evaluate(_WALK, {"inMirror": True, "boxed": here}) if here else []
    return Trees(judged.difference, [(*box,) for box in on_page], [(*box,) for box in in_mirror])


@dataclass(frozen=True)
class Judged:
    """What two walks told: the first difference, and where on page and in mirror masks stand."""

    difference: str
    masks: list[tuple[int, int]]


def judge_walks(page: list[Any], mirror: list[Any]) -> Judged:
    masks: list[tuple[int, int]] = []
    at = 0
    for index, here in enumerate(mirror):
        if at == len(page):
            return Judged(f"the mirror has {here[:2]} after the page's end", masks)
        there = page[at]
        is_text = there[2] == here[2] == "tx"
        if (is_text and here[1] == MASKED_TEXT != there[1]) or here[2] == "mask":
            masks.append((at, index))
        if there[0] != here[0] or (there[1] != here[1] and not (is_text and here[1] == MASKED_TEXT)):
            return Judged(f"{there[:2]} became {here[:2]} in the mirror", masks)
        at += 1
        if here[2] == "mask" and not (index + 1 < len(mirror) and mirror[index + 1][0] > here[0]):
            # What is written inside a masked field is its value, and does not travel.
            while at < len(page) and page[at][0] > there[0]:
                at += 1
    return Judged(f"the page has {page[at][:2]} after the mirror's end" if at < len(page) else "", masks)
