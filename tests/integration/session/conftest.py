"""Sessions of real people against the real stack."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from mediaops import session
from mediaops.local.stack import LocalStack
from mediaops.session_seal import Tokens, seal, session_id, unseal
from tests.support import Person

Row = dict[str, Any]


@pytest.fixture
def cookie(stack: LocalStack, people: dict[str, Person]) -> Iterator[str]:
    """The cookie of a session of staff, closed at the end."""
    value = session.open_session(people["staff"].email, people["staff"].password)
    yield value
    session.close(value)


@pytest.fixture
def row(db: psycopg.Connection[Any]) -> Callable[[str], Row | None]:
    """The session's row as it lies in the database."""

    def look(cookie: str) -> Row | None:
        found = db.execute(
            "select sealed, version, user_id::text, to_jsonb(s)::text from media.sessions s where id = %s",
            [session_id(cookie)],
        ).fetchone()
        return dict(zip(("sealed", "version", "user", "all"), found, strict=True)) if found else None

    return look


@pytest.fixture
def age(db: psycopg.Connection[Any], row: Callable[[str], Row | None]) -> Callable[[str, float], None]:
    """Puts the end of a session's access token ``seconds`` from now, as the dashboard will read it."""

    def run(cookie: str, seconds: float) -> None:
        stored = row(cookie)
        assert stored is not None
        tokens = unseal(cookie, stored["sealed"])
        assert tokens is not None
        aged = seal(cookie, Tokens(tokens.access, tokens.refresh, time.time() + seconds))
        db.execute("update media.sessions set sealed = %s where id = %s", [aged, session_id(cookie)])

    return run
