"""Which of a page's requests an audit lets out: none that leaves the given hosts, changes anything, or holds a canary.

Pure. The attacker is our own command: a value typed into a live shop must not reach it unless the script says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from beside.audit.canaries import Canary
from beside.audit.finding import holds_beginning, search
from beside.audit.leaves import Leaf

# RFC 9110, 9.2.1: the methods that ask for nothing but an answer.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Guard:
    """`hosts` by name, without port. `allows_requests`: the script says that this may reach the shop.

    `typing`: what is typed into the page key by key, until the page is done with it: it may look each beginning up.
    """

    hosts: frozenset[str]
    allows_requests: bool = False
    canaries: list[Canary] = field(default_factory=list)
    typing: list[Canary] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def refusal(self, method: str, url: str, *, is_document: bool) -> str | None:
        """Why a request is refused, in words; None: it may go. A document's is one that opens a page or a frame."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "ws", "wss"):
            return None
        if is_document and not self.is_listed(url):
            return f"another host: --host {parts.hostname} lets it in"
        if self.allows_requests:
            return None
        if method.upper() not in SAFE_METHODS:
            return "it may change something, and the script does not say allow_requests"
        if search([Leaf(url, "address")], self.canaries):
            return "its address holds what the audit typed"
        # Not in the host: the port of many a development server begins a card's number.
        if holds_beginning(f"{parts.path}?{parts.query}", self.typing):
            return "its address holds the beginning of what the audit types"
        return None

    def is_listed(self, url: str) -> bool:
        return (urlsplit(url).hostname or "") in self.hosts

    def note(self, method: str, url: str, why: str) -> None:
        """Keeps a refusal for the report, without the query, which may hold anything."""
        parts = urlsplit(url)
        self.refused.append(f"{method} {parts.scheme}://{parts.netloc}{parts.path}: {why}")

    def take_refused(self) -> tuple[str, ...]:
        """What was refused since it was last asked, each once."""
        refused = tuple(dict.fromkeys(self.refused))
        self.refused.clear()
        return refused
