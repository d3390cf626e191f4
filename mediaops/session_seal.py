"""Encrypting a person's tokens with a key that only their cookie holds."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12
_PURPOSE = b"mediaops session tokens v1"


@dataclass(frozen=True)
class Tokens:
    """Supabase's tokens of one session; ``access_expires`` in seconds since 1970."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires: float


def session_id(cookie: str) -> str:
    """The row's key: SHA-256 of the cookie, so the table does not hold what a browser would send."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def seal(cookie: str, tokens: Tokens) -> str:
    """Tokens as text for the database. A new nonce each time; bound to the row it belongs to."""
    plain = json.dumps({"a": tokens.access, "r": tokens.refresh, "e": tokens.access_expires}).encode()
    nonce = os.urandom(_NONCE_BYTES)
    secret = AESGCM(_key(cookie)).encrypt(nonce, plain, session_id(cookie).encode())
    return base64.b64encode(nonce + secret).decode()


def unseal(cookie: str, sealed: str) -> Tokens | None:
    """The tokens, or None when the text was not sealed with this cookie."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        plain = AESGCM(_key(cookie)).decrypt(
            raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], session_id(cookie).encode()
        )
        found = json.loads(plain)
        return Tokens(str(found["a"]), str(found["r"]), float(found["e"]))
    except (InvalidTag, binascii.Error, ValueError, KeyError):
        return None


def _key(cookie: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(cookie.encode())
