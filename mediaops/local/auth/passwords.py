"""Password hashes: scrypt with a salt, in one string that says how it was made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

COST, BLOCK_SIZE, PARALLEL = 2**14, 8, 1
MIN_CHARACTERS = 6


def hash_password(password: str) -> str:
    """``scrypt$n$r$p$salt$hash``; takes some 50 ms by design."""
    salt = secrets.token_bytes(16)
    digest = _digest(password, salt, COST, BLOCK_SIZE, PARALLEL)
    return f"scrypt${COST}${BLOCK_SIZE}${PARALLEL}${_text(salt)}${_text(digest)}"


def password_matches(password: str, stored: str | None) -> bool:
    """Whether the password is the one; takes as long without one, so nobody learns who has an account."""
    if not stored or not stored.startswith("scrypt$"):
        _digest(password, b"nobody", COST, BLOCK_SIZE, PARALLEL)
        return False
    _, cost, block_size, parallel, salt, digest = stored.split("$")
    found = _digest(password, base64.b64decode(salt), int(cost), int(block_size), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(digest))


def _digest(password: str, salt: bytes, cost: int, block_size: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=block_size, p=parallel, maxmem=64 * 1024**2, dklen=32
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
