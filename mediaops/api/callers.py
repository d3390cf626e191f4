"""Who calls: the person behind the session cookie, or behind a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from supabase import Client

from mediaops import session
from mediaops.client import person_client, rpc
from mediaops.errors import Forbidden, NotSignedIn
from mediaops.origin import same_origin

READING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Caller:
    """``client`` acts as the person: what they may do is decided by the database."""

    user_id: str
    client: Client


def caller(request: Request) -> Caller:
    """Raises :class:`NotSignedIn`; :class:`Forbidden` when another site's page uses the cookie."""
    token = _bearer(request.headers.get("authorization", ""))
    if token is not None:
        client = person_client(token)
        who: dict[str, Any] = rpc(client, "whoami")
        return Caller(str(who["user_id"]), client)
    if request.method not in READING and not same_origin(request):
        raise Forbidden(
            "This request came from another site.", code="foreign_origin", hint="Reload the page."
        )
    person = session.current(request.cookies.get(session.COOKIE))
    return Caller(person.user_id, person_client(person.access_token))


def _bearer(header: str) -> str | None:
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or not token.isascii():
        raise NotSignedIn("Only bearer tokens are taken.", hint="Send: Authorization: Bearer <access token>.")
    return token.strip()


SignedIn = Annotated[Caller, Depends(caller)]
