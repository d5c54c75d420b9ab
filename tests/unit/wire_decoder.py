"""Both decoders of the wire behind one question: is this text a message of that type, and what does it say?"""

from __future__ import annotations

import inspect
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from tools.gen_protocol import structs
from tools.node import node_and_npm

from beside import bodies, protocol

STRUCTS: dict[str, type[msgspec.Struct]] = {cls.__name__: cls for cls in structs(protocol) + structs(bodies)}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(cls) for name, cls in STRUCTS.items() if inspect.isclass(cls)
}


class Answer(NamedTuple):
    """`value`: what was read, as plain JSON values; None where it was refused."""

    accepted: bool
    value: Any


def decode_in_python(name: str, text: str) -> Answer:
    try:
        value = _DECODERS[name].decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Answer(False, None)
    return Answer(True, json.loads(msgspec.json.encode(value), parse_int=browsers_number))


def browsers_number(digits: str) -> float:
    """A browser writes large floats as whole numbers of rounded digits: beyond 2^53 both are the nearest float."""
    return int(digits) if abs(int(digits)) <= 2**53 else float(digits)


class BrowserDecoder:
    """The checks of protocol.gen.ts in a Node process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, name: str, text: str) -> Answer:
        self._tell({"name": name, "text": text})
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "a check failed with an error; its words stand above"
        answer = json.loads(line, parse_int=browsers_number)
        return Answer(answer["accepted"], answer.get("value"))

    def _tell(self, words: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()


@contextmanager
def browser_decoder() -> Iterator[BrowserDecoder]:
    node, _ = node_and_npm()
    words = [node, str(Path(__file__).with_suffix(".mjs"))]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield BrowserDecoder(process)
        assert process.stdin is not None
        process.stdin.close()
