"""Who acts at a terminal. An entry point: it alone, beside the others, knows the embedded Supabase.

A command acts as a person who signs in with email and password, over the same functions and checks as the
pages, and stands in the audit trail under that name. It holds the publishable key alone: taking ops away from
someone takes the command line from them too, and a machine that runs clean-ups holds no key to everything.
"""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from supabase import Client

from mediaops.client import person_client, rpc
from mediaops.errors import ConfigurationError, NotSignedIn, Unavailable
from mediaops.local.demo import demo_people
from mediaops.local.installation import load_installation
from mediaops.session import sign_in, sign_out
from mediaops.settings import get_settings

RENEW_SECONDS = 120
START_HINT = "Start MediaOps with `make run` and leave it running, or set SUPABASE_URL to a project."


class Acting:
    """Someone signed in. ``client()`` stays good however long a command looks on."""

    def __init__(self, email: str, password: str) -> None:
        self._email, self._password = email, password
        self._session = sign_in(email, password)
        who = rpc(person_client(self._session.access_token), "whoami")
        self.name = str(who["display_name"] or email)
        self.role: str | None = who["role"]

    def client(self) -> Client:
        """A client that acts as this person."""
        if (self._session.expires_at or 0) - time.time() < RENEW_SECONDS:
            self._session = sign_in(self._email, self._password)
        return person_client(self._session.access_token)

    def close(self) -> None:
        """End the session."""
        sign_out(self._session.access_token)


@contextmanager
def act_as(email: str) -> Generator[Acting]:
    """Someone signed in for the time of a command; without ``email`` whoever MEDIAOPS_EMAIL names.

    In embedded mode that is the demo person of ops unless said otherwise. Raises NotSignedIn,
    ConfigurationError or Unavailable.
    """
    settings = get_settings()
    embedded = not settings.supabase_url
    if embedded:
        _find_embedded()
    email = email or settings.mediaops_email
    people = demo_people(settings.mediaops_data_dir) if embedded else []
    if embedded and not email:
        email = next((person.email for person in people if person.role == "ops"), "")
    if not email:
        raise ConfigurationError(
            "Nobody is named to act as.", hint="Give --as EMAIL, or set MEDIAOPS_EMAIL and MEDIAOPS_PASSWORD."
        )
    known = {person.email: person.password for person in people}
    password = known.get(email) or (settings.mediaops_password if email == settings.mediaops_email else "")
    acting = _sign_in(email, password or _ask_password(email), embedded, email in known)
    try:
        yield acting
    finally:
        acting.close()


def _find_embedded() -> None:
    """Point the settings at the embedded Supabase that a dashboard has started; without its secret key."""
    settings = get_settings()
    if not (settings.mediaops_data_dir / "keys.json").exists():
        raise ConfigurationError(
            f"No library has been made in {settings.mediaops_data_dir} yet.", hint=START_HINT
        )
    os.environ["SUPABASE_URL"] = f"http://127.0.0.1:{settings.mediaops_local_port}"
    os.environ["SUPABASE_PUBLISHABLE_KEY"] = load_installation(settings.mediaops_data_dir).publishable_key
    get_settings.cache_clear()


def _sign_in(email: str, password: str, embedded: bool, demo: bool) -> Acting:
    url = get_settings().supabase_url
    try:
        return Acting(email, password)
    except Unavailable as error:
        if embedded:
            raise Unavailable(f"Nothing answers at {url}.", hint=START_HINT) from error
        raise
    except NotSignedIn as error:
        if demo:
            raise ConfigurationError(
                f"What answers at {url} does not know the people of {get_settings().mediaops_data_dir}.",
                hint="Set MEDIAOPS_LOCAL_PORT and MEDIAOPS_DATA_DIR as they are for the running MediaOps.",
            ) from error
        raise


def _ask_password(email: str) -> str:
    if not sys.stdin.isatty():
        raise NotSignedIn(
            f"There is no password for {email}.",
            hint="Set MEDIAOPS_EMAIL and MEDIAOPS_PASSWORD, or use a terminal.",
        )
    return getpass.getpass(f"Password of {email}: ", stream=sys.stderr)
