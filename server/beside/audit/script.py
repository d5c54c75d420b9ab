"""The scripted path: the steps by which an audit gets to the pages that it audits, from a TOML or JSON file.

Pure but for the one file that it reads. Knows nothing of browsers.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from beside.audit.errors import CannotAudit

VERBS = ("goto", "click", "fill", "select", "wait", "audit")
Selector = Annotated[str, Meta(min_length=1)]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: exactly one of the verbs, and what belongs to it."""

    # An address, or a path of the shop.
    goto: Selector | None = None
    click: Selector | None = None
    fill: Selector | None = None
    select: Selector | None = None
    # A selector to wait for, or how many seconds.
    wait: Selector | Annotated[float, Meta(gt=0, le=60)] | None = None
    # Audits the page as it stands then.
    audit: bool = False
    # What `fill` types and `select` chooses.
    value: str | None = None
    # This one step's requests may reach the shop.
    allow_requests: bool = False

    @property
    def verb(self) -> str:
        return next(verb for verb in VERBS if getattr(self, verb) not in (None, False))


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`hosts`: further hosts whose pages may be opened. `allow_requests`: all steps' requests may reach the shop."""

    steps: tuple[Step, ...] = ()
    hosts: tuple[str, ...] = ()
    allow_requests: bool = False


def read_script(path: Path) -> Script:
    """Reads a script. Raises `CannotAudit` with what is wrong in it."""
    try:
        text = path.read_text("utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise CannotAudit(f"The script {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CannotAudit(f"The script {path} is neither TOML nor (as *.json) JSON: {error}.") from error
    return script_of(document, str(path))


def script_of(document: Any, name: str) -> Script:
    """The script in a document. Raises `CannotAudit` with what is wrong in it."""
    try:
        script = msgspec.convert(document, Script)
    except msgspec.ValidationError as error:
        raise CannotAudit(f"The script {name} is not understood: {error}.") from error
    for number, step in enumerate(script.steps, 1):
        said = [verb for verb in VERBS if getattr(step, verb) not in (None, False)]
        if len(said) != 1:
            raise CannotAudit(f"Step {number} of the script {name} needs exactly one of: {', '.join(VERBS)}.")
        if (step.value is not None) != (said[0] in ("fill", "select")):
            raise CannotAudit(f"Step {number} of the script {name}: `value` belongs to `fill` and `select`, to each.")
    return script
