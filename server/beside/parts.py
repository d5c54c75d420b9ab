"""What the doors are given: every part of the relay, built once by `app.py`."""

from __future__ import annotations

from dataclasses import dataclass

from beside.joining import Joining
from beside.launching import Launching
from beside.ledger import Ledger
from beside.moving import Moving
from beside.offers import Offers
from beside.settings import Settings
from beside.store.contract import Store
from beside.tokens import Signer


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The relay's parts."""

    settings: Settings
    store: Store
    signer: Signer
    ledger: Ledger
    offers: Offers
    launching: Launching
    joining: Joining
    moving: Moving
