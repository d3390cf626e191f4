"""Sessions: an access token for an hour, and a refresh token that works once."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mediaops.local.auth.errors import (
    AuthFailure,
    invalid_credentials,
    refresh_token_unknown,
    refresh_token_used,
)
from mediaops.local.auth.passwords import password_matches
from mediaops.local.auth.users import user_by_email, user_by_id, user_json
from mediaops.local.database import Connection
from mediaops.local.tokens import Tokens

ACCESS_SECONDS = 3600


async def sign_in(
    connection: Connection, tokens: Tokens, issuer: str, email: str, password: str
) -> dict[str, Any]:
    """A new session for this address and password. Raises AuthFailure invalid_credentials and the like."""
    user = await user_by_email(connection, email)
    stored = user["encrypted_password"] if user else None
    if not await asyncio.to_thread(password_matches, password, stored) or user is None:
        raise invalid_credentials()
    _must_be_let_in(user)
    session_id = uuid.uuid4()
    await connection.execute(
        "insert into auth.sessions (id, user_id, created_at, updated_at) values (%s, %s, now(), now())",
        [session_id, user["id"]],
    )
    await connection.execute(
        "update auth.users set last_sign_in_at = now(), updated_at = now() where id = %s", [user["id"]]
    )
    refresh = await _new_refresh_token(connection, user["id"], session_id, None)
    return _answer(tokens, issuer, await user_by_id(connection, str(user["id"])), session_id, refresh)


async def refresh(
    connection: Connection, tokens: Tokens, issuer: str, token: str
) -> dict[str, Any] | AuthFailure:
    """Rotate a refresh token.

    A failure that must be kept (the session ends because an old token came back) is returned, not raised,
    so that the transaction commits. Raises AuthFailure for an unknown token.
    """
    cursor = await connection.execute(
        "select * from auth.refresh_tokens where token = %s for update", [_digest(token)]
    )
    found = await cursor.fetchone()
    if found is None:
        raise refresh_token_unknown()
    if found["revoked"]:
        await connection.execute("delete from auth.sessions where id = %s", [found["session_id"]])
        return refresh_token_used()
    user = await user_by_id(connection, found["user_id"])
    _must_be_let_in(user)
    await connection.execute(
        "update auth.refresh_tokens set revoked = true, updated_at = now() where id = %s", [found["id"]]
    )
    await connection.execute(
        "update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now() where id = %s",
        [found["session_id"]],
    )
    following = await _new_refresh_token(connection, user["id"], found["session_id"], found["token"])
    return _answer(tokens, issuer, user, found["session_id"], following)


async def session_user(connection: Connection, claims: Mapping[str, Any]) -> dict[str, Any]:
    """The user of an access token whose session is still there. Raises AuthFailure."""
    session_id = claims.get("session_id")
    if session_id is not None:
        cursor = await connection.execute("select 1 from auth.sessions where id = %s", [session_id])
        if await cursor.fetchone() is None:
            raise AuthFailure(403, "session_not_found", "Session from session_id claim in JWT does not exist")
    if not claims.get("sub"):
        raise AuthFailure(403, "bad_jwt", "invalid claim: missing sub claim")
    return await user_by_id(connection, str(claims["sub"]))


async def sign_out(connection: Connection, claims: Mapping[str, Any], scope: str) -> None:
    """End this session (``local``), the other ones (``others``) or all of the user's (``global``)."""
    user_id, session_id = claims.get("sub"), claims.get("session_id")
    where = {
        "global": "user_id = %(user)s",
        "local": "user_id = %(user)s and id = %(session)s",
        "others": "user_id = %(user)s and id <> %(session)s",
    }[scope]
    await connection.execute(
        f"delete from auth.sessions where {where}".encode(),  # noqa: S608 - one of the three above
        {"user": user_id, "session": session_id},
    )


def _must_be_let_in(user: Mapping[str, Any]) -> None:
    if user["email_confirmed_at"] is None:
        raise AuthFailure(400, "email_not_confirmed", "Email not confirmed")
    if user["banned_until"] is not None and user["banned_until"] > datetime.now(UTC):
        raise AuthFailure(400, "user_banned", "User is banned")


async def _new_refresh_token(
    connection: Connection, user_id: uuid.UUID, session_id: uuid.UUID, parent: str | None
) -> str:
    token = secrets.token_urlsafe(24)
    await connection.execute(
        "insert into auth.refresh_tokens (token, user_id, session_id, parent, created_at, updated_at)"
        " values (%s, %s, %s, %s, now(), now())",
        [_digest(token), str(user_id), session_id, parent],
    )
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _answer(
    tokens: Tokens, issuer: str, user: Mapping[str, Any], session_id: uuid.UUID, refresh_token: str
) -> dict[str, Any]:
    now = int(time.time())
    described = user_json(user)
    claims = {
        "iss": issuer,
        "sub": described["id"],
        "aud": described["aud"],
        "exp": now + ACCESS_SECONDS,
        "iat": now,
        "email": described["email"],
        "phone": described["phone"],
        "app_metadata": described["app_metadata"],
        "user_metadata": described["user_metadata"],
        "role": described["role"],
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": now}],
        "session_id": str(session_id),
        "is_anonymous": False,
    }
    return {
        "access_token": tokens.sign(claims),
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "expires_at": now + ACCESS_SECONDS,
        "refresh_token": refresh_token,
        "user": described,
    }
