"""Why an audit cannot be made, in a sentence. Not what it finds: that is a report."""

from __future__ import annotations

from beside.errors import BesideError


class CannotAudit(BesideError):
    """The page, the script or the browser is not what an audit needs; the sentence says what to do."""

    code = "cannot-audit"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence
