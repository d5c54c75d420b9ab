"""Proof of work: what a guess costs its browser while many wrong codes are typed at a site. Pure.

A proof is a number (`nonce`) for which PBKDF2 of the code, salted with the challenge and that number, begins with a
zero byte: 256 tries on average. Browsers run PBKDF2 in native code (WebCrypto), so that a program of the guesser's own
is not much faster; a plain hash takes a browser a hundred times as long.
https://www.rfc-editor.org/rfc/rfc8018#section-5.2
"""

from __future__ import annotations

import hashlib

# Of PBKDF2 with HMAC-SHA256: two milliseconds, and with all tries half a second, on a phone some seconds.
ROUNDS = 10_000
# How long a challenge is good. It is bound to code, site and guesser: who uses it again repeats one guess.
CHALLENGE_WINDOW_S = 300.0


def is_proof(challenge: str, code: str, nonce: int) -> bool:
    """Whether the work is done. `code`: normalised."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), f"{challenge}.{nonce}".encode(), ROUNDS, 1) == b"\0"
