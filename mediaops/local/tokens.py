"""JSON Web Tokens: who is calling, and signed URLs. One secret signs them all, as in a Supabase project."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from starlette.requests import Request

ROLES = ("anon", "authenticated", "service_role")
# What PostgREST sets from the roles' settings; service_role gets the one of the login role.
STATEMENT_TIMEOUT = {"anon": "3s", "authenticated": "8s", "service_role": "8s"}


class TokenExpired(Exception):
    """The signature is right, the time is over."""


class TokenInvalid(Exception):
    """Not a token, not ours, or not for this."""


@dataclass(frozen=True)
class Caller:
    """Who asks: a database role and the claims of the token."""

    role: str
    claims: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def user_id(self) -> str | None:
        """The ``sub`` of a signed-in person; None for the two API keys."""
        return self.claims.get("sub")

    def settings(self) -> dict[str, str]:
        """What holds in a transaction of this caller, as PostgREST sets it."""
        return {
            "role": self.role,
            "request.jwt.claims": json.dumps(dict(self.claims) | {"role": self.role}),
            "statement_timeout": STATEMENT_TIMEOUT[self.role],
        }


class Tokens:
    """Signs and reads the tokens of one installation."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A compact HS256 token with these claims."""
        return jwt.encode(dict(claims), self._secret, algorithm="HS256")

    def sign_for(self, seconds: int, claims: Mapping[str, Any]) -> str:
        """A token that ends in ``seconds``."""
        now = int(time.time())
        return self.sign({**claims, "iat": now, "exp": now + seconds})

    def read(self, token: str) -> dict[str, Any]:
        """The claims. Raises TokenExpired or TokenInvalid; never accepts another algorithm."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                options={"verify_aud": False, "verify_sub": False, "verify_iat": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired('"exp" claim timestamp check failed') from error
        except jwt.InvalidSignatureError as error:
            raise TokenInvalid("signature verification failed") from error
        except jwt.PyJWTError as error:
            raise TokenInvalid("Invalid Compact JWS") from error
        return claims

    def caller(self, token: str) -> Caller:
        """Who a bearer token stands for. Raises TokenExpired or TokenInvalid (unknown role included)."""
        claims = self.read(token)
        role = claims.get("role", "anon")
        if role not in ROLES:
            raise TokenInvalid(f'role "{role}" does not exist')
        return Caller(role, claims)


def bearer(request: Request) -> str:
    """The token of the Authorization header, or an empty string."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
