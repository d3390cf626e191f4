"""Rows of ``auth.users``: made, read, changed, and as JSON."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from mediaops.local.auth.errors import AuthFailure, email_exists, user_not_found, weak_password
from mediaops.local.auth.passwords import MIN_CHARACTERS, hash_password
from mediaops.local.clock import timestamp
from mediaops.local.database import Connection

ROLE = "authenticated"


def user_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A user as supabase-py reads it."""
    return {
        "id": str(row["id"]),
        "aud": row["aud"] or ROLE,
        "role": row["role"] or ROLE,
        "email": row["email"] or "",
        "email_confirmed_at": timestamp(row["email_confirmed_at"]),
        "phone": row["phone"] or "",
        "confirmed_at": timestamp(row["confirmed_at"]),
        "last_sign_in_at": timestamp(row["last_sign_in_at"]),
        "app_metadata": row["raw_app_meta_data"] or {},
        "user_metadata": row["raw_user_meta_data"] or {},
        "identities": [],
        "created_at": timestamp(row["created_at"]),
        "updated_at": timestamp(row["updated_at"]),
        "is_anonymous": bool(row["is_anonymous"]),
    }


async def user_by_id(connection: Connection, user_id: str) -> dict[str, Any]:
    """The row. Raises AuthFailure user_not_found."""
    try:
        wanted = uuid.UUID(user_id)
    except ValueError as error:
        raise AuthFailure(404, "validation_failed", "user_id must be an UUID") from error
    cursor = await connection.execute("select * from auth.users where id = %s", [wanted])
    row = await cursor.fetchone()
    if row is None:
        raise user_not_found()
    return row


async def user_by_email(connection: Connection, email: str) -> dict[str, Any] | None:
    """The row of that address (case does not matter), or None."""
    cursor = await connection.execute("select * from auth.users where email = %s", [email.strip().lower()])
    return await cursor.fetchone()


async def create_user(connection: Connection, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Insert a user from the attributes of the admin call. Raises AuthFailure."""
    email = str(attributes.get("email") or "").strip().lower()
    if "@" not in email:
        raise AuthFailure(400, "validation_failed", "Cannot create a user without either an email or phone")
    if await user_by_email(connection, email):
        raise email_exists()
    cursor = await connection.execute(
        """
        insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
          raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
        values ('00000000-0000-0000-0000-000000000000', %s, %s, %s, %s, %s,
          case when %s then now() end, %s, %s, now(), now())
        returning *
        """,
        [
            uuid.UUID(attributes["id"]) if attributes.get("id") else uuid.uuid4(),
            ROLE,
            attributes.get("role") or ROLE,
            email,
            await hashed(attributes.get("password")),
            bool(attributes.get("email_confirm")),
            Jsonb({"provider": "email", "providers": ["email"], **(attributes.get("app_metadata") or {})}),
            Jsonb({"email_verified": True, **(attributes.get("user_metadata") or {})}),
        ],
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def update_user(connection: Connection, user_id: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Change what is given; metadata is merged. Raises AuthFailure."""
    before = await user_by_id(connection, user_id)
    email = str(attributes.get("email") or before["email"]).strip().lower()
    if email != before["email"] and await user_by_email(connection, email):
        raise email_exists()
    cursor = await connection.execute(
        """
        update auth.users set
          email = %s,
          encrypted_password = coalesce(%s, encrypted_password),
          email_confirmed_at = case when %s then coalesce(email_confirmed_at, now())
            else email_confirmed_at end,
          raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || %s,
          raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || %s,
          banned_until = case %s when '' then banned_until when 'none' then null
            else now() + %s::interval end,
          updated_at = now()
        where id = %s returning *
        """,
        [
            email,
            await hashed(attributes.get("password")),
            bool(attributes.get("email_confirm")),
            Jsonb(attributes.get("app_metadata") or {}),
            Jsonb(attributes.get("user_metadata") or attributes.get("data") or {}),
            attributes.get("ban_duration") or "",
            _interval(attributes.get("ban_duration")),
            before["id"],
        ],
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def hashed(password: str | None) -> str | None:
    """The hash to store, computed beside the event loop. Raises AuthFailure weak_password."""
    if password is None:
        return None
    if len(password) < MIN_CHARACTERS:
        raise weak_password(MIN_CHARACTERS)
    return await asyncio.to_thread(hash_password, password)


def _interval(duration: str | None) -> str:
    return duration if duration and duration != "none" else "0"
