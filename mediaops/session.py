"""Who is sitting at the browser: sign-in, the session behind the cookie, refresh and sign-out.

The cookie is 256 random bits and says nothing. The database holds, under the cookie's SHA-256, the
person's Supabase tokens encrypted with a key derived from the cookie. So neither the database alone
(a dump, a read-only leak) nor the cookie alone gives a token, and dropping the row ends the session
everywhere at once. Tokens never leave the server.
"""

from __future__ import annotations

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, cast

from supabase import Client
from supabase_auth.errors import AuthApiError, AuthError
from supabase_auth.types import Session

from mediaops.client import person_client, rpc, service_client
from mediaops.errors import MediaOpsError, NotSignedIn, Unavailable
from mediaops.session_last import LastTokens
from mediaops.session_seal import Tokens, seal, session_id, unseal
from mediaops.settings import get_settings

COOKIE = "mediaops_session"
LIFETIME = timedelta(days=30)
REFRESH_BEFORE_SECONDS = 60
WAIT_FOR_REFRESH_SECONDS = 10.0
_POLL_SECONDS = 0.1
_COOKIE_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")

Role = Literal["staff", "moderator", "ops"]


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the database sees them right now. ``role`` is None for a stranger."""

    user_id: str
    email: str
    role: Role | None
    display_name: str
    access_token: str = field(repr=False)

    @property
    def is_staff(self) -> bool:
        """Staff, moderators and ops all may work with the library."""
        return self.role is not None

    @property
    def is_ops(self) -> bool:
        """Ops may change who works here."""
        return self.role == "ops"

    @property
    def is_moderator(self) -> bool:
        """Moderators check what engines read. Ops is another job, not a higher one."""
        return self.role == "moderator"


def open_session(email: str, password: str) -> str:
    """Sign in with email and password; answers the cookie's value.

    Raises :class:`NotSignedIn` (``wrong_password``, ``email_not_confirmed``, ``account_blocked``,
    ``too_many_attempts``) or :class:`Unavailable`.
    """
    return _put(sign_in(email, password))


def sign_in(email: str, password: str) -> Session:
    """A session with Supabase itself, held by nobody but the caller. Raises as :func:`open_session`."""
    try:
        answer = _anonymous().auth.sign_in_with_password({"email": email, "password": password})
    except AuthError as error:
        raise _sign_in_error(error) from error
    if answer.session is None:
        raise NotSignedIn("The sign-in was refused.", code="wrong_password", hint="Try again.")
    return answer.session


def sign_out(access_token: str) -> None:
    """End Supabase's own session. Never raises: its tokens end by themselves within the hour."""
    with suppress(AuthError):
        _anonymous().auth.admin.sign_out(access_token, "local")


def current(cookie: str | None) -> Person:
    """The person behind a cookie, with an access token good for at least a few seconds more.

    Asks the database every time: a session ended elsewhere or a role taken away counts at once.
    Raises :class:`NotSignedIn` for no, a forged or an ended session, :class:`Unavailable` when it
    could not be asked.
    """
    # Two questions on every interaction, of two clients: who the person is can be asked with the tokens of
    # the last time while the session itself is looked up; it counts only if they are still the same.
    last = _last.get(cookie, REFRESH_BEFORE_SECONDS)
    early = _pool().submit(_who, last) if last else None
    tokens = _tokens(cookie)
    try:
        who = early.result() if early and last == tokens else _who(tokens)
    except NotSignedIn as error:
        # The project no longer takes the token although its time is not up: keys rotated, or the
        # account was deleted. The row would only fail again.
        _drop(session_id(cast(str, cookie)))
        raise _ended() from error
    _last.put(cast(str, cookie), tokens)
    return Person(
        user_id=str(who["user_id"]),
        email=str(who.get("email") or ""),
        role=who.get("role"),
        display_name=str(who.get("display_name") or who.get("email") or ""),
        access_token=tokens.access,
    )


def close(cookie: str | None) -> None:
    """End the session for good: the row first, then Supabase's own session. Never raises for a stranger."""
    if not cookie or not _COOKIE_SHAPE.fullmatch(cookie):
        return
    key = session_id(cookie)
    row = rpc(service_client(), "session_get", p_id=key)
    _drop(key)
    tokens = unseal(cookie, row["sealed"]) if row else None
    if tokens is not None:
        sign_out(tokens.access)


_last = LastTokens()


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(16, thread_name_prefix="who")


def _who(tokens: Tokens) -> dict[str, Any]:
    return rpc(person_client(tokens.access), "whoami")


def _anonymous() -> Client:
    return person_client(get_settings().supabase_publishable_key)


def _put(session: Session) -> str:
    cookie = secrets.token_urlsafe(32)
    tokens = _tokens_of(session)
    rpc(
        service_client(),
        "session_put",
        p_id=session_id(cookie),
        p_user=session.user.id,
        p_sealed=seal(cookie, tokens),
        p_access_expires=_iso(tokens.access_expires),
        p_expires=(datetime.now(UTC) + LIFETIME).isoformat(),
    )
    return cookie


def _tokens(cookie: str | None) -> Tokens:
    if not cookie or not _COOKIE_SHAPE.fullmatch(cookie):
        raise NotSignedIn("You are not signed in.", hint="Sign in to go on.")
    deadline = time.monotonic() + WAIT_FOR_REFRESH_SECONDS
    while True:
        row = rpc(service_client(), "session_get", p_id=session_id(cookie))
        tokens = unseal(cookie, row["sealed"]) if row else None
        if tokens is None:
            raise _ended()
        left = tokens.access_expires - time.time()
        if left > REFRESH_BEFORE_SECONDS:
            return tokens
        fresh = _refresh(cookie, tokens, int(row["version"]))
        if fresh is not None:
            return fresh
        # Someone else is refreshing. Theirs must be the only use of the refresh token: a second one
        # would look like theft and end the session. The old access token does while it lasts.
        if left > 2:
            return tokens
        if time.monotonic() > deadline:
            raise Unavailable("Your session could not be renewed in time.", hint="Reload the page.")
        time.sleep(_POLL_SECONDS)


def _refresh(cookie: str, tokens: Tokens, version: int) -> Tokens | None:
    """New tokens, or None when another thread or process holds the right to refresh."""
    key = session_id(cookie)
    service = service_client()
    if not rpc(service, "session_claim_refresh", p_id=key, p_version=version):
        return None
    try:
        answer = _anonymous().auth.refresh_session(tokens.refresh)
    except AuthError as error:
        if isinstance(error, AuthApiError) and 400 <= error.status < 500 and error.status != 429:
            _drop(key)
            raise _ended() from error
        if tokens.access_expires - time.time() > 2:
            return tokens
        raise Unavailable(
            "Your session could not be renewed: the sign-in service did not answer.",
            hint="Wait a moment and reload the page.",
        ) from error
    if answer.session is None:
        _drop(key)
        raise _ended()
    fresh = _tokens_of(answer.session)
    _save(key, seal(cookie, fresh), fresh.access_expires, version)
    return fresh


def _save(key: str, sealed: str, access_expires: float, version: int) -> None:
    """The old refresh token is spent: losing the new one would sign the person out, so try hard."""
    for attempt in range(3):
        try:
            rpc(
                service_client(),
                "session_update",
                p_id=key,
                p_sealed=sealed,
                p_access_expires=_iso(access_expires),
                p_version=version,
            )
            return
        except Unavailable:
            if attempt == 2:
                raise
            time.sleep(0.2 * (attempt + 1))


def _tokens_of(session: Session) -> Tokens:
    expires = session.expires_at or int(time.time()) + session.expires_in
    return Tokens(session.access_token, session.refresh_token, float(expires))


def _drop(key: str) -> None:
    _last.drop(key)
    rpc(service_client(), "session_drop", p_id=key)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _ended() -> NotSignedIn:
    return NotSignedIn("Your session has ended.", code="session_ended", hint="Sign in again to go on.")


def _sign_in_error(error: AuthError) -> MediaOpsError:
    known: dict[str, tuple[str, str, str]] = {
        "email_not_confirmed": (
            "email_not_confirmed",
            "This email address is not confirmed yet.",
            "Open the link in the mail you were sent, then sign in.",
        ),
        "user_banned": ("account_blocked", "This account is blocked.", "Ask the people who run MediaOps."),
        "over_request_rate_limit": (
            "too_many_attempts",
            "Too many attempts.",
            "Wait a minute, then try again.",
        ),
    }
    status = int(getattr(error, "status", 0) or 0)
    code, message, hint = known.get(
        str(error.code),
        ("wrong_password", "That email and password don't go together.", "Check both and try again."),
    )
    if str(error.code) not in known and not 400 <= status < 500:
        return Unavailable("The sign-in service did not answer.", hint="Wait a moment and try again.")
    return NotSignedIn(message, code=code, hint=hint)
