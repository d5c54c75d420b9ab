"""All carriers, each under its key."""

from __future__ import annotations

from tests.e2e.hostile.addresses import ADDRESSES
from tests.e2e.hostile.carriers import keyed
from tests.e2e.hostile.scripts import SCRIPTS
from tests.e2e.hostile.styles import STYLES

CARRIERS = keyed([*SCRIPTS, *ADDRESSES, *STYLES])
