"""The one way to Supabase: supabase-py clients for a person or for the service, and rpc with our errors.

A client per call would cost 200 ms (TLS contexts); clients here share one connection pool per process.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import httpx
from postgrest.exceptions import APIError
from supabase import Client, ClientOptions, create_client

from mediaops.errors import BY_STATUS, Invalid, MediaOpsError, Unavailable
from mediaops.settings import get_settings

SCHEMA = "media"
TIMEOUT_SECONDS = 30.0


@lru_cache(maxsize=1)
def http() -> httpx.Client:
    """The connection pool of this process."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
    return httpx.Client(timeout=TIMEOUT_SECONDS, limits=limits, follow_redirects=True)


def _client(key: str, bearer: str) -> Client:
    options = ClientOptions(
        httpx_client=http(),
        headers={"Authorization": f"Bearer {bearer}"},
        auto_refresh_token=False,
        persist_session=False,
    )
    return create_client(get_settings().supabase_url, key, options=options)


def person_client(access_token: str) -> Client:
    """A client that acts as the signed-in person: RLS and function checks see their token."""
    return _client(get_settings().supabase_publishable_key, access_token)


def service_client() -> Client:
    """A client with the secret key. For the worker and the api only, never for a page."""
    key = get_settings().supabase_secret_key
    return _client(key, key)


def rpc(client: Client, function: str, **arguments: Any) -> Any:
    """Call ``media.<function>`` and return its JSON.

    Raises the error of :mod:`mediaops.errors` that the function raised, or :class:`Unavailable` when
    the question could not be asked at all.
    """
    try:
        return client.schema(SCHEMA).rpc(function, arguments).execute().data
    except APIError as error:
        raise from_api_error(error) from error
    except httpx.HTTPError as error:
        raise Unavailable(
            "The database did not answer.", hint="Wait a moment and try again; nothing was changed."
        ) from error


def from_api_error(error: APIError) -> MediaOpsError:
    """The error a function raised (``PTnnn`` carries the HTTP status), else what its SQLSTATE means."""
    sqlstate = str(error.code or "")
    if sqlstate.startswith("PT") and sqlstate[2:].isdigit():
        kind = BY_STATUS.get(int(sqlstate[2:]), Invalid)
        return kind(error.details or str(error.message), code=str(error.message), hint=error.hint or "")
    known = {
        "42501": 403,
        "PGRST301": 401,
        "PGRST302": 401,
        "PGRST303": 401,
        "23505": 409,
        "23503": 409,
        "57014": 503,
    }
    if status := known.get(sqlstate):
        return BY_STATUS[status](str(error.message), hint=error.hint or "")
    if sqlstate.startswith("22"):  # a value that no column can hold, such as a NUL in a text
        return Invalid(f"A value can't be stored: {error.message}", hint="Correct it and try again.")
    if sqlstate.startswith(("08", "53", "57", "PGRST0", "5")):
        return Unavailable(
            "The database did not answer.", hint="Wait a moment and try again; nothing was changed."
        )
    return MediaOpsError(str(error.message), code=f"database_{sqlstate or 'unknown'}")
