"""Why an audit cannot be made, in a sentence. Not what it finds: that is a report."""

from __future__ import annotations

from beside.errors import SentenceError


class CannotAudit(SentenceError):
    """The page, the script or the browser is not what an audit needs; the sentence says what to do."""

    code = "cannot-audit"
