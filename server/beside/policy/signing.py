"""Keys, and policies as they are signed: ECDSA over P-256 with SHA-256, which every browser's WebCrypto verifies.

A signed policy is one line, `beside-policy-1 SIGNATURE`, and behind its end the JSON whose exact bytes are signed. The
only importer of `cryptography`; knows nothing of what a policy says but its form.
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from beside.errors import PolicyRefused
from beside.policy.reading import check_policy
from beside.protocol import SitePolicy

MARK = b"beside-policy-1"
# The two halves of a signature, and of a public point, in bytes (SEC 1, section 2.3): browsers want them bare, not DER.
_HALF_BYTES = 32
# Each page of a shared view asks for it; a policy of 200 written rules stays below.
MAX_POLICY_BYTES = 64 * 1024
_ECDSA = ec.ECDSA(hashes.SHA256())


def draw_key() -> bytes:
    """A new private key as PEM (PKCS 8, not encrypted)."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_key_of(pem: bytes) -> str:
    """What `data-policy-key` says for a private key: the public point, uncompressed, in 87 characters of base64url."""
    point = _private_key(pem).public_key()
    return _text(point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint))


def sign_policy(policy: SitePolicy, pem: bytes) -> bytes:
    """The signed file. Raises `PolicyRefused` where the key is none, or the policy is too long."""
    payload = msgspec.json.encode(policy)
    r, s = utils.decode_dss_signature(_private_key(pem).sign(payload, _ECDSA))
    signature = r.to_bytes(_HALF_BYTES, "big") + s.to_bytes(_HALF_BYTES, "big")
    signed = b"%b %b\n%b" % (MARK, _text(signature).encode(), payload)
    if len(signed) > MAX_POLICY_BYTES:
        raise PolicyRefused(
            f"The policy is {len(signed)} bytes; every page of a shared view loads it, and {MAX_POLICY_BYTES} are "
            "allowed. Mark parts of your pages with data-beside instead, or with a class that one rule names."
        )
    return signed


def is_signed(content: bytes) -> bool:
    return content.startswith(MARK + b" ")


def open_signed(content: bytes, public_key: str | None = None) -> SitePolicy:
    """What a signed file states; with `public_key` only if that key's owner signed it.

    Raises `PolicyRefused`. Without a key anybody may have made it: only its form is checked.
    """
    head, _, payload = content.partition(b"\n")
    mark, _, written = head.partition(b" ")
    if mark != MARK or len(content) > MAX_POLICY_BYTES:
        raise PolicyRefused("This is no signed policy: make one with `beside policy sign`.")
    signature = _bytes(written.decode("ascii", "replace"), "signature", 2 * _HALF_BYTES)
    if public_key is not None:
        _verify(payload, signature, public_key)
    try:
        policy = msgspec.json.decode(payload, type=SitePolicy)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise PolicyRefused(f"The signed policy is not right: {error}.") from error
    check_policy(policy)
    return policy


def _verify(payload: bytes, signature: bytes, public_key: str) -> None:
    point = _bytes(public_key, "public key", 1 + 2 * _HALF_BYTES)
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF_BYTES], signature[_HALF_BYTES:]))
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(utils.encode_dss_signature(r, s), payload, _ECDSA)
    except ValueError as error:
        raise PolicyRefused("The public key is none: take what `beside policy keygen` printed.") from error
    except InvalidSignature as error:
        raise PolicyRefused("The policy was not signed by this key, or was changed since.") from error


def _private_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise PolicyRefused("The key file holds no private key in PEM, or an encrypted one.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise PolicyRefused("The key is not one of the curve P-256: make one with `beside policy keygen`.")
    return key


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str, what: str, length: int) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise PolicyRefused(f"The {what} is not base64url.") from error
    if len(raw) != length:
        raise PolicyRefused(f"The {what} has {len(raw)} bytes, not {length}.")
    return raw
