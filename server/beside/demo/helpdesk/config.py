"""What the helpdesk is told from outside, and what it asks of Beside's back end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class LaunchRequest:
    """What a launch link is made of. `locale` is the requester's language as a BCP 47 tag (perhaps one we lack)."""

    ticket_id: str
    subject: str
    agent_name: str
    locale: str


@dataclass(frozen=True)
class HelpdeskConfig:
    """Addresses, the secret that signs the desk's cookie, and the two things that only Beside's keys can do.

    `make_launch_link` gives the whole address of a signed launch link. `verify_webhook` gets the headers, names in
    lower case, and the body exactly as received, and tells whether Beside signed them.
    """

    database: Path
    console_origin: str
    make_launch_link: Callable[[LaunchRequest], str]
    verify_webhook: Callable[[Mapping[str, str], bytes], bool]
    secret: str = field(repr=False)
