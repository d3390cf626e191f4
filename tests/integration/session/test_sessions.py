"""The session behind the cookie: opening, who it is, renewal, end."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from mediaops import session
from mediaops.client import person_client, rpc
from mediaops.errors import NotSignedIn, Unavailable
from mediaops.local.stack import LocalStack
from mediaops.session_seal import session_id, unseal
from tests.support import Person, sign_up

RowOf = Callable[[str], dict[str, Any] | None]
Age = Callable[[str, float], None]


def test_a_cookie_tells_who_is_there(cookie: str, people: dict[str, Person]) -> None:
    person = session.current(cookie)

    staff = people["staff"]
    assert (person.user_id, person.email, person.role) == (staff.user_id, staff.email, "staff")
    assert person.is_staff
    assert rpc(person_client(person.access_token), "whoami")["user_id"] == staff.user_id


def test_a_stranger_has_a_session_and_no_role(people: dict[str, Person]) -> None:
    cookie = session.open_session(people["stranger"].email, people["stranger"].password)

    person = session.current(cookie)

    assert person.role is None
    assert not person.is_staff


def test_a_wrong_password_says_so_and_opens_nothing(
    people: dict[str, Person], db: psycopg.Connection[Any]
) -> None:
    before = db.execute("select count(*) from media.sessions").fetchone()

    with pytest.raises(NotSignedIn) as refused:
        session.open_session(people["staff"].email, "not the password")

    assert refused.value.code == "wrong_password"
    assert db.execute("select count(*) from media.sessions").fetchone() == before


def test_an_unknown_address_is_answered_like_a_wrong_password(stack: LocalStack) -> None:
    with pytest.raises(NotSignedIn) as refused:
        session.open_session("nobody@example.org", "whatever it takes")

    assert refused.value.code == "wrong_password"


def test_the_database_alone_gives_no_token(cookie: str, row: RowOf) -> None:
    stored = row(cookie)

    assert stored is not None
    token = session.current(cookie).access_token
    assert cookie not in stored["all"]
    assert token not in stored["all"]
    assert unseal(secrets.token_urlsafe(32), stored["sealed"]) is None
    found = unseal(cookie, stored["sealed"])
    assert found is not None
    assert found.access == token


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "null",
        "A" * 43,
        "../" * 14 + "a",
        "' or 1=1 --" + "a" * 32,
        "é" * 43,
        "a" * 5000,
        "forged-but-well-shaped-" + "x" * 20,
    ],
)
def test_a_forged_cookie_is_nobody(stack: LocalStack, forged: str) -> None:
    with pytest.raises(NotSignedIn):
        session.current(forged)
    session.close(forged)


def test_a_row_copied_under_another_cookie_opens_nothing(
    cookie: str, db: psycopg.Connection[Any], row: RowOf
) -> None:
    mine = secrets.token_urlsafe(32)
    db.execute(
        "insert into media.sessions (id, user_id, sealed, access_expires, expires) "
        "select %s, user_id, sealed, access_expires, expires from media.sessions where id = %s",
        [session_id(mine), session_id(cookie)],
    )

    with pytest.raises(NotSignedIn):
        session.current(mine)


def test_signing_out_ends_it_in_every_tab(people: dict[str, Person], row: RowOf) -> None:
    cookie = session.open_session(people["ops"].email, people["ops"].password)
    stored = row(cookie)
    assert stored is not None
    tokens = unseal(cookie, stored["sealed"])
    assert tokens is not None

    session.close(cookie)

    with pytest.raises(NotSignedIn) as ended:
        session.current(cookie)
    assert ended.value.code == "session_ended"
    with pytest.raises(Exception, match=r"(?i)refresh|session"):
        session._anonymous().auth.refresh_session(tokens.refresh)  # pyright: ignore[reportPrivateUsage]


def test_a_token_near_its_end_is_renewed_and_kept(cookie: str, row: RowOf, age: Age) -> None:
    first = row(cookie)
    assert first is not None
    before = unseal(cookie, first["sealed"])
    age(cookie, session.REFRESH_BEFORE_SECONDS - 1)

    person = session.current(cookie)

    stored = row(cookie)
    assert stored is not None
    assert stored["version"] == first["version"] + 1
    after = unseal(cookie, stored["sealed"])
    assert before is not None
    assert after is not None
    assert after.refresh != before.refresh
    assert after.access_expires > time.time() + session.REFRESH_BEFORE_SECONDS
    assert session.current(cookie).access_token == person.access_token == after.access


def test_twenty_tabs_renew_once(cookie: str, row: RowOf, age: Age) -> None:
    age(cookie, -5)
    tokens: list[str] = []
    problems: list[Exception] = []
    start = threading.Barrier(20)

    def tab() -> None:
        start.wait()
        try:
            tokens.append(session.current(cookie).access_token)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the failure of this test
            problems.append(error)

    tabs = [threading.Thread(target=tab) for _ in range(20)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()

    assert problems == []
    assert len(set(tokens)) == 1
    stored = row(cookie)
    assert stored is not None
    assert stored["version"] == 2


def test_a_session_whose_renewal_is_refused_ends_with_a_clear_word(
    people: dict[str, Person], row: RowOf, age: Age
) -> None:
    cookie = session.open_session(people["staff"].email, people["staff"].password)
    stored = row(cookie)
    assert stored is not None
    tokens = unseal(cookie, stored["sealed"])
    assert tokens is not None
    session._anonymous().auth.admin.sign_out(tokens.access, "local")  # pyright: ignore[reportPrivateUsage]
    age(cookie, 10)

    with pytest.raises(NotSignedIn) as ended:
        session.current(cookie)

    assert ended.value.code == "session_ended"
    assert row(cookie) is None


def test_a_role_taken_away_counts_at_the_next_question(stack: LocalStack, people: dict[str, Person]) -> None:
    leaving = sign_up(stack, "staff", "Lena Vogt")
    cookie = session.open_session(leaving.email, leaving.password)
    assert session.current(cookie).role == "staff"

    people["ops"].rpc("remove_staff", p_user=leaving.user_id)

    assert session.current(cookie).role is None


def test_a_session_that_another_process_ended_is_over_here_too(
    people: dict[str, Person], db: psycopg.Connection[Any]
) -> None:
    cookie = session.open_session(people["staff"].email, people["staff"].password)
    assert session.current(cookie).role == "staff"

    db.execute("delete from media.sessions where id = %s", [session_id(cookie)])

    with pytest.raises(NotSignedIn):
        session.current(cookie)


def test_a_deleted_account_is_signed_out(stack: LocalStack, db: psycopg.Connection[Any], row: RowOf) -> None:
    gone = sign_up(stack, "staff", "Greta Holm")
    cookie = session.open_session(gone.email, gone.password)

    db.execute("delete from auth.users where id = %s", [gone.user_id])

    with pytest.raises(NotSignedIn):
        session.current(cookie)


def test_a_database_that_does_not_answer_is_not_a_sign_out(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mediaops.settings import get_settings

    with monkeypatch.context() as away:
        away.setenv("SUPABASE_URL", "http://127.0.0.1:9")
        get_settings.cache_clear()
        with pytest.raises(Unavailable):
            session.current(cookie)
    get_settings.cache_clear()

    assert session.current(cookie).role == "staff"
