"""What is wrong with a CSS selector, as far as that can be told without a browser, which is the final judge.

Knows nothing of the language's grammar but what would make one selector swallow the next, or match nothing in silence.
"""

from __future__ import annotations

import re

_CLOSES = {"(": ")", "[": "]"}
# What no selector holds outside of its strings: it belongs to a whole style sheet, or to a mistake.
_STRANGERS = frozenset("{};@<!%^$?&\\/=") - {"\\", "="}
# A pseudo-element is no element: `querySelector` takes the selector and never finds anything.
_PSEUDO_ELEMENT = re.compile(r"::|:(?:before|after|first-line|first-letter)(?![\w-])", re.IGNORECASE)

# As js-snippet/src/policy/drift.ts has it, which says why.
_UNSURE = re.compile(
    r"\[(?!\s*(?:id|class|name|type|role|for|autocomplete|inputmode|itemprop|data-(?:test|testid|test-id|qa|cy))"
    r"\s*(?:[~|^$*]?=|\]))"
    r"|:(?!(?:not|is|where|root|(?:first|last|only)-(?:child|of-type)|nth-(?:last-)?(?:child|of-type))(?![\w-]))",
    re.IGNORECASE | re.ASCII,
)
# What every browser that Beside supports understands (docs/install.md): Chrome and Edge 111, Firefox 119, Safari 16.4.
_PSEUDO_CLASSES = frozenset({
    "active", "any-link", "autofill", "checked", "default", "defined", "disabled", "empty", "enabled", "first-child",
    "first-of-type", "focus", "focus-visible", "focus-within", "fullscreen", "hover", "in-range", "indeterminate",
    "invalid", "is", "lang", "last-child", "last-of-type", "link", "modal", "not", "nth-child", "nth-last-child",
    "nth-last-of-type", "nth-of-type", "only-child", "only-of-type", "optional", "out-of-range", "placeholder-shown",
    "read-only", "read-write", "required", "root", "scope", "target", "valid", "visited", "where",
})  # fmt: skip
_PSEUDO_CLASS = re.compile(r":([\w-]+)")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_INNERMOST = re.compile(r"\(([^()]*)\)")


def is_sure(selector: str) -> bool:
    """Does what it finds depend on the page alone, and not on what somebody has put into it? Others raise no alarm."""
    return not _UNSURE.search(_bare(selector))


def strange_pseudo_class_of(selector: str) -> str | None:
    """One in it that not every supported browser understands, be it new or misspelt: ":has"."""
    names: list[str] = _PSEUDO_CLASS.findall(_bare(selector))
    return next((f":{name}" for name in names if name.lower() not in _PSEUDO_CLASSES), None)


def _bare(selector: str) -> str:
    return _STRING.sub("x", _ESCAPE.sub("x", selector))


def fault_of(selector: str) -> str | None:
    """What is wrong with a selector, to be read after "the selector …"; None where nothing is.

    Browsers close what is open at the end by themselves: joined with the next one, it would mean something else.
    """
    bare: list[str] = []
    open_brackets: list[str] = []
    quote = ""
    characters = iter(selector)
    for character in characters:
        if character == "\\":
            if next(characters, "\n") == "\n":
                return "ends a line in a backslash"
            bare.append("x")
        elif quote:
            if character == "\n":
                return "has a string that does not end"
            if character == quote:
                quote = ""
                bare.append("x")
        elif character in "\"'":
            quote = character
        elif fault := _nested(character, open_brackets):
            return fault
        else:
            bare.append(character if not open_brackets or open_brackets[-1] == ")" else "x")
    if quote:
        return "has a string that does not end"
    if open_brackets:
        return f"lacks a '{open_brackets[-1]}'"
    return _fault_of_bare("".join(bare))


def _nested(character: str, open_brackets: list[str]) -> str | None:
    """Follows the brackets; gives what is wrong with this one."""
    if character in _CLOSES:
        open_brackets.append(_CLOSES[character])
    elif character in ")]" and (not open_brackets or open_brackets.pop() != character):
        return f"has a '{character}' too many"
    elif character in _STRANGERS and (not open_brackets or open_brackets[-1] == ")"):
        return f"holds a '{character}', which no selector has there"
    return None


def _fault_of_bare(text: str) -> str | None:
    """`text`: the selector without what its strings and attribute brackets hold."""
    if _PSEUDO_ELEMENT.search(text):
        return "names a pseudo-element, which finds nothing: name its element"
    lists: list[str] = []
    while inner := _INNERMOST.search(text):
        lists.append(inner[1])
        text = f"{text[: inner.start()]}x{text[inner.end() :]}"
    if any(not part.strip() for one in (*lists, text) for part in one.split(",")):
        return "is empty, or has an empty part beside a comma"
    return None
