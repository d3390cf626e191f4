"""What an installation of the embedded Supabase keeps secret: the JWT secret and the two API keys."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import jwt

KEY_SECONDS = 10 * 365 * 24 * 3600


@dataclass(frozen=True)
class Installation:
    """``publishable_key`` and ``secret_key`` are JWTs of the roles anon and service_role."""

    jwt_secret: str
    publishable_key: str
    secret_key: str


def load_installation(data_dir: Path) -> Installation:
    """The installation of this data directory; made at the first call, in a file only its owner reads."""
    path = data_dir / "keys.json"
    if path.exists():
        return Installation(**json.loads(path.read_text()))
    secret = secrets.token_urlsafe(48)
    made = Installation(secret, _api_key("anon", secret), _api_key("service_role", secret))
    write_private(path, json.dumps(asdict(made), indent=2))
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    staging = path.with_name(f".{path.name}.new")
    staging.unlink(missing_ok=True)
    staging.touch(mode=0o600)
    staging.write_text(text)
    staging.replace(path)


def _api_key(role: str, secret: str) -> str:
    now = int(time.time())
    claims = {"iss": "supabase-embedded", "role": role, "iat": now, "exp": now + KEY_SECONDS}
    return jwt.encode(claims, secret, algorithm="HS256")
