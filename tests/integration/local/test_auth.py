"""``/auth/v1``: sessions, their rotation and their end, and the users behind them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from supabase import Client
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

from mediaops.local.stack import LocalStack
from tests.integration.local.conftest import password_grant
from tests.support import client_of

PASSWORD = "a good long password"
SignIn = Callable[[], dict[str, Any]]


@pytest.fixture
def email(admin: Client) -> str:
    """Someone new."""
    address = f"{uuid.uuid4().hex[:8]}@example.org"
    admin.auth.admin.create_user({"email": address, "password": PASSWORD, "email_confirm": True})
    return address


@pytest.fixture
def sign_in(bare: LocalStack, email: str) -> SignIn:
    """A session of theirs, as the wire has it."""
    return lambda: password_grant(bare, email, PASSWORD).json()


@pytest.fixture
def key(bare: LocalStack) -> dict[str, str]:
    """The header that everyone sends."""
    return {"apikey": bare.publishable_key}


def refresh(nobody: httpx.Client, key: dict[str, str], token: str) -> httpx.Response:
    return nobody.post("/auth/v1/token?grant_type=refresh_token", json={"refresh_token": token}, headers=key)


def test_a_session_has_what_the_client_reads(sign_in: SignIn, email: str, bare: LocalStack) -> None:
    session = sign_in()
    assert (session["token_type"], session["expires_in"]) == ("bearer", 3600)
    assert abs(session["expires_at"] - time.time() - 3600) < 60
    user = session["user"]
    assert (user["aud"], user["role"], user["email"]) == ("authenticated", "authenticated", email)
    assert user["app_metadata"] == {"provider": "email", "providers": ["email"]}
    claims = jwt.decode(session["access_token"], bare.jwt_secret, ["HS256"], audience="authenticated")
    assert (claims["sub"], claims["role"], claims["email"]) == (user["id"], "authenticated", email)


@pytest.mark.parametrize("name", ["created_at", "updated_at", "email_confirmed_at", "last_sign_in_at"])
def test_times_end_as_the_client_needs_it(sign_in: SignIn, name: str) -> None:
    text = sign_in()["user"][name]
    assert text.endswith("Z")
    assert datetime.fromisoformat(text).tzinfo is not None


def test_supabase_py_signs_in_refreshes_and_out(bare: LocalStack, email: str) -> None:
    client = client_of(bare, bare.publishable_key)
    session = client.auth.sign_in_with_password({"email": email.upper(), "password": PASSWORD}).session
    assert session is not None
    found = client.auth.get_user()
    assert found is not None
    assert found.user.email == email
    following = client.auth.refresh_session().session
    assert following is not None
    assert following.refresh_token != session.refresh_token
    client.auth.sign_out()
    assert client.auth.get_session() is None


@pytest.mark.parametrize(("address", "password"), [(None, "wrong"), ("nobody@example.org", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_look_the_same(
    bare: LocalStack, email: str, address: str | None, password: str
) -> None:
    answer = password_grant(bare, address or email, password)
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 400,
        "error_code": "invalid_credentials",
        "msg": "Invalid login credentials",
    }


def test_supabase_py_knows_the_error(bare: LocalStack, email: str) -> None:
    client = client_of(bare, bare.publishable_key)
    with pytest.raises(AuthApiError) as caught:
        client.auth.sign_in_with_password({"email": email, "password": "wrong"})
    assert (caught.value.status, caught.value.code) == (400, "invalid_credentials")


def test_an_unconfirmed_address_does_not_get_in(admin: Client, bare: LocalStack) -> None:
    admin.auth.admin.create_user({"email": "un@example.org", "password": PASSWORD})
    assert password_grant(bare, "un@example.org", PASSWORD).json()["error_code"] == "email_not_confirmed"


def test_someone_banned_does_not_get_in_until_it_is_lifted(
    admin: Client, bare: LocalStack, email: str, sign_in: SignIn
) -> None:
    user_id = sign_in()["user"]["id"]
    admin.auth.admin.update_user_by_id(user_id, {"ban_duration": "24h"})
    assert password_grant(bare, email, PASSWORD).json()["error_code"] == "user_banned"
    admin.auth.admin.update_user_by_id(user_id, {"ban_duration": "none"})
    assert password_grant(bare, email, PASSWORD).status_code == 200


def test_refresh_tokens_rotate(nobody: httpx.Client, key: dict[str, str], sign_in: SignIn) -> None:
    first = sign_in()
    second = refresh(nobody, key, first["refresh_token"])
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert refresh(nobody, key, second.json()["refresh_token"]).status_code == 200


def test_an_old_refresh_token_ends_the_session(
    nobody: httpx.Client, key: dict[str, str], sign_in: SignIn
) -> None:
    first = sign_in()
    second = refresh(nobody, key, first["refresh_token"]).json()
    again = refresh(nobody, key, first["refresh_token"])
    assert (again.status_code, again.json()["error_code"]) == (400, "refresh_token_already_used")
    stolen_or_not = refresh(nobody, key, second["refresh_token"])
    assert (stolen_or_not.status_code, stolen_or_not.json()["error_code"]) == (400, "refresh_token_not_found")
    user = nobody.get("/auth/v1/user", headers=key | bearer(second))
    assert (user.status_code, user.json()["error_code"]) == (403, "session_not_found")


def test_reuse_ends_only_its_own_session(nobody: httpx.Client, key: dict[str, str], sign_in: SignIn) -> None:
    first, other = sign_in(), sign_in()
    refresh(nobody, key, first["refresh_token"])
    refresh(nobody, key, first["refresh_token"])
    assert refresh(nobody, key, other["refresh_token"]).status_code == 200


def test_an_unknown_refresh_token_is_refused(nobody: httpx.Client, key: dict[str, str]) -> None:
    answer = refresh(nobody, key, "made up")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "refresh_token_not_found")


def test_tokens_are_not_readable_in_the_database(sign_in: SignIn, sql: psycopg.Connection[Any]) -> None:
    session = sign_in()
    found = sql.execute(
        "select count(*) from auth.refresh_tokens where token = %s", [session["refresh_token"]]
    ).fetchone()
    stored = sql.execute(
        "select encrypted_password from auth.users where id = %s", [session["user"]["id"]]
    ).fetchone()
    assert found == (0,)
    assert stored is not None
    assert stored[0].startswith("scrypt$")
    assert PASSWORD not in stored[0]


@pytest.mark.parametrize(
    ("scope", "this_lives", "other_lives"),
    [("local", False, True), ("global", False, False), ("others", True, False)],
)
def test_sign_out_ends_what_its_scope_says(
    nobody: httpx.Client,
    key: dict[str, str],
    sign_in: SignIn,
    scope: str,
    this_lives: bool,
    other_lives: bool,
) -> None:
    this, other = sign_in(), sign_in()
    answer = nobody.post(f"/auth/v1/logout?scope={scope}", headers=key | bearer(this))
    assert answer.status_code == 204
    assert (refresh(nobody, key, this["refresh_token"]).status_code == 200) == this_lives
    assert (refresh(nobody, key, other["refresh_token"]).status_code == 200) == other_lives


def test_sign_out_knows_only_three_scopes(nobody: httpx.Client, key: dict[str, str], sign_in: SignIn) -> None:
    assert nobody.post("/auth/v1/logout?scope=all", headers=key | bearer(sign_in())).status_code == 400


def test_the_user_route_needs_a_token(nobody: httpx.Client, key: dict[str, str]) -> None:
    answer = nobody.get("/auth/v1/user", headers=key)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "no_authorization")


@pytest.mark.parametrize("token", ["rubbish", "a.b.c"])
def test_a_forged_token_is_403(nobody: httpx.Client, key: dict[str, str], token: str) -> None:
    answer = nobody.get("/auth/v1/user", headers=key | {"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


def test_an_expired_token_is_403(
    nobody: httpx.Client, key: dict[str, str], sign_in: SignIn, bare: LocalStack
) -> None:
    claims = jwt.decode(sign_in()["access_token"], bare.jwt_secret, ["HS256"], audience="authenticated")
    token = jwt.encode(claims | {"exp": int(time.time()) - 5}, bare.jwt_secret, algorithm="HS256")
    answer = nobody.get("/auth/v1/user", headers=key | {"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


def test_one_changes_the_own_password(bare: LocalStack, email: str) -> None:
    client = client_of(bare, bare.publishable_key)
    client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    client.auth.update_user({"password": "quite another one", "data": {"display_name": "Ada"}})
    assert password_grant(bare, email, PASSWORD).status_code == 400
    after = password_grant(bare, email, "quite another one").json()
    assert after["user"]["user_metadata"]["display_name"] == "Ada"


def test_one_does_not_change_the_own_role(bare: LocalStack, sign_in: SignIn, nobody: httpx.Client) -> None:
    session = sign_in()
    changed = nobody.put(
        "/auth/v1/user",
        json={"role": "service_role", "app_metadata": {"admin": True}},
        headers={"apikey": bare.publishable_key} | bearer(session),
    ).json()
    assert (changed["role"], changed["app_metadata"]) == ("authenticated", session["user"]["app_metadata"])


def test_the_admin_makes_reads_changes_lists_and_deletes_users(admin: Client, bare: LocalStack) -> None:
    email = f"{uuid.uuid4().hex}@example.org"
    made = admin.auth.admin.create_user(
        {"email": email, "password": PASSWORD, "email_confirm": True, "user_metadata": {"n": 1}}
    ).user
    assert admin.auth.admin.get_user_by_id(made.id).user.user_metadata["n"] == 1
    assert email in {user.email for user in admin.auth.admin.list_users(per_page=1000)}
    admin.auth.admin.update_user_by_id(made.id, {"user_metadata": {"m": 2}})
    changed = admin.auth.admin.get_user_by_id(made.id).user.user_metadata
    assert (changed["n"], changed["m"]) == (1, 2)
    admin.auth.admin.delete_user(made.id)
    with pytest.raises(AuthApiError) as caught:
        admin.auth.admin.get_user_by_id(made.id)
    assert (caught.value.status, caught.value.code) == (404, "user_not_found")


def test_an_address_is_taken_once(admin: Client, email: str) -> None:
    with pytest.raises(AuthApiError) as caught:
        admin.auth.admin.create_user({"email": email.upper(), "password": PASSWORD})
    assert (caught.value.status, caught.value.code) == (422, "email_exists")


def test_a_short_password_is_refused(admin: Client) -> None:
    with pytest.raises(AuthWeakPasswordError):
        admin.auth.admin.create_user({"email": "short@example.org", "password": "12345"})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_users_are_the_services_business(as_user: httpx.Client, method: str) -> None:
    answer = as_user.request(method, "/auth/v1/admin/users", json={"email": "x@example.org"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "not_admin")


def test_nobody_signs_up_alone(bare: LocalStack) -> None:
    with pytest.raises(AuthApiError) as caught:
        client_of(bare, bare.publishable_key).auth.sign_up({"email": "me@example.org", "password": PASSWORD})
    assert (caught.value.status, caught.value.code) == (422, "signup_disabled")


@pytest.mark.parametrize("body", ["{", "[]", "null"])
def test_a_body_that_is_no_object_is_refused(nobody: httpx.Client, key: dict[str, str], body: str) -> None:
    answer = nobody.post("/auth/v1/token?grant_type=password", content=body, headers=key)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "bad_json")


def test_health_needs_no_key(nobody: httpx.Client) -> None:
    assert nobody.get("/auth/v1/health").json()["name"] == "GoTrue"


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}
