"""A shop's page that carries the built snippet, on one origin, and the scripted relay that serves it, on another."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.closed_root import ClosedRoot
from tests.unit.dom.conftest import ROOT, Site
from tests.unit.dom.scripted_relay import ScriptedRelay, scripted_relay

SHOP = """<!doctype html><html lang="{lang}"><meta charset="utf-8">{head}
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Order of Lovelace</title>
<main><h1>Checkout</h1><label>Name <input id="name" name="name"></label>
<p id="basket">Two plants</p><a id="next" href="{next}">Continue</a></main>
<dialog id="points"><p>Pick-up points</p></dialog>
<script src="{relay}/v/0/beside.js" data-site="demo"{attributes} defer></script></html>"""


@cache
def built_snippet() -> Path:
    """The folder of the built snippet: built once a run, in a place of its own where no other build interferes."""
    out = Path(tempfile.mkdtemp(prefix="beside-snippet-"))
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    built = subprocess.run(
        [sys.executable, "tools/node.py", "run", "tools/build.mjs", "--only=snippet", f"--out={out}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        pytest.fail(f"The snippet does not build:\n{built.stderr}", pytrace=False)
    (version,) = (out / "v").iterdir()
    return version


@contextmanager
def snippet_relay() -> Iterator[ScriptedRelay]:
    with scripted_relay(built_snippet()) as relay:
        yield relay


def shop_page(
    site: Site, relay: ScriptedRelay, *, lang: str = "en", head: str = "", attributes: str = "", following: str = "#"
) -> str:
    """The address of a new page of the shop."""
    html = SHOP.format(lang=lang, head=head, attributes=attributes, relay=relay.origin, next=following)
    return site.page(html)


def allow(page: Page, relay: ScriptedRelay) -> ClosedRoot:
    """From "Get help" to a live view."""
    root = ClosedRoot(page)
    root.press("Get help")
    root.wait_for_text("Code from the support team")
    page.keyboard.type("123456")
    root.wait_for_text("Let Sam see this page?")
    press_guarded(root, "Allow")
    relay.wait_connects(1)
    root.wait_for_text("Sam can see this page")
    return root


def press_guarded(root: ClosedRoot, name: str) -> None:
    """Presses a button that asks to be seen for half a second, once it would take the press."""
    ready = """function (name) {
      return [...this.querySelectorAll('button')].some((b) => b.textContent === name && b.ariaDisabled === 'false');
    }"""
    root.wait(lambda: root.evaluate(ready, name), f"'{name}' to take a press")
    root.press(name)


def frames(relay: ScriptedRelay) -> list[list[Any]]:
    """Every whole frame that the relay has heard, in order."""
    whole: list[list[Any]] = []
    deflated = b""
    for event, payload in list(relay.heard):
        if event == "frame":
            whole.append(payload)
        elif event == "chunk":
            header, data = payload
            deflated += data
            if header["index"] == header["count"] - 1:
                whole.append(json.loads(zlib.decompress(deflated, wbits=-15)))
                deflated = b""
    return whole


def keyframes(relay: ScriptedRelay) -> list[list[Any]]:
    return [frame for frame in frames(relay) if frame[0] == "keyframe"]


def field_id(keyframe: list[Any], label: str) -> int:
    """The node id of the form control with this label."""
    return next(int(c[1]) for c in keyframe[5] if c[0] == "field" and c[2] and c[2]["label"] == label)
