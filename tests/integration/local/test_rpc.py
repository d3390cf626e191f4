"""``/rest/v1/rpc``: shapes of results, roles, and errors as PostgREST answers them."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from postgrest.exceptions import APIError
from supabase import Client

from mediaops.local.stack import LocalStack

RPC = "/rest/v1/rpc/"


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("add", {"a": 1}, 11),
        ("add", {"a": 1, "b": 2}, 3),
        ("as_json", {}, {"x": 1}),
        ("as_json", {"value": [1, "ü", None]}, [1, "ü", None]),
        ("as_json", {"value": None}, None),
        ("words", {"list": ["a", 'quo"te', "com,ma", ""]}, ["a", 'quo"te', "com,ma", ""]),
        ("numbers", {"upto": 3}, [1, 2, 3]),
        ("numbers", {"upto": 0}, []),
        ("a_note", {"wanted": 2}, {"id": 2, "body": "two"}),
        ("all_notes", {}, [{"id": 1, "body": "one"}, {"id": 2, "body": "two"}]),
        ("pairs", {}, [{"k": "a", "v": 1}, {"k": "b", "v": 2}]),
        ("one_column", {}, [{"k": "a"}]),
        ("outs", {}, {"first": 1, "second": "two"}),
        ("body", {"any": ["thing"]}, {"any": ["thing"]}),
    ],
)
def test_results_have_the_shape_of_the_function(
    admin: Client, function: str, arguments: dict[str, Any], expected: Any
) -> None:
    assert admin.rpc(function, arguments).execute().data == expected


def test_a_function_that_returns_void_answers_204(wire: httpx.Client) -> None:
    answer = wire.post(f"{RPC}nothing", json={})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_call_without_body_has_no_arguments(wire: httpx.Client) -> None:
    assert wire.post(f"{RPC}as_json").json() == {"x": 1}


def test_the_profile_header_chooses_the_schema(admin: Client) -> None:
    arguments: dict[str, Any] = {"a": 7}
    assert admin.schema("media").rpc("add", arguments).execute().data == "media7"


def test_only_exposed_schemas_can_be_called(wire: httpx.Client) -> None:
    answer = wire.post(f"{RPC}secret", json={}, headers={"Content-Profile": "hidden"})
    assert (answer.status_code, answer.json()["code"]) == (406, "PGRST106")


def test_the_secret_key_is_the_service_role(wire: httpx.Client) -> None:
    assert wire.post(f"{RPC}whoever").json()["role"] == "service_role"


def test_a_person_is_authenticated_with_their_claims(as_user: httpx.Client, user: dict[str, Any]) -> None:
    assert as_user.post(f"{RPC}whoever").json() == {
        "role": "authenticated",
        "jwt_role": "authenticated",
        "uid": user["user"]["id"],
        "email": user["user"]["email"],
        "timeout": "8s",
    }


def test_the_publishable_key_is_anonymous(bare: LocalStack, nobody: httpx.Client) -> None:
    answer = nobody.post(f"{RPC}whoever", headers={"apikey": bare.publishable_key})
    assert (answer.json()["role"], answer.json()["uid"], answer.json()["timeout"]) == ("anon", None, "3s")


def test_rows_are_those_that_the_policies_show(
    as_user: httpx.Client, user: dict[str, Any], sql: psycopg.Connection[Any]
) -> None:
    sql.execute("insert into public.notes values (3, %s)", [user["user"]["id"]])
    try:
        assert as_user.post(f"{RPC}my_notes").json() == [{"id": 3, "body": user["user"]["id"]}]
    finally:
        sql.execute("delete from public.notes where id = 3")


def test_role_and_claims_end_with_the_transaction(
    as_user: httpx.Client, wire: httpx.Client, bare: LocalStack, nobody: httpx.Client
) -> None:
    for _ in range(5):
        as_user.post(f"{RPC}whoever")
        answer = nobody.post(f"{RPC}whoever", headers={"apikey": bare.publishable_key}).json()
        assert (answer["role"], answer["uid"], answer["email"]) == ("anon", None, None)


def test_a_failing_function_leaves_nothing(wire: httpx.Client, sql: psycopg.Connection[Any]) -> None:
    answer = wire.post(f"{RPC}adds_a_note_and_fails")
    assert (answer.status_code, answer.json()["code"]) == (400, "P0001")
    assert sql.execute("select count(*) from public.notes where id = 99").fetchone() == (0,)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("PT409", 409),
        ("PT422", 422),
        ("PT404", 404),
        ("PT503", 503),
        ("P0001", 400),
        ("42501", 403),
        ("23505", 409),
        ("23503", 409),
        ("22023", 400),
        ("40001", 500),
        ("53300", 503),
        ("57014", 500),
        ("42P01", 404),
    ],
)
def test_the_sqlstate_decides_the_status(as_user: httpx.Client, state: str, status: int) -> None:
    answer = as_user.post(f"{RPC}fails", json={"state": state, "message": "a_code"})
    assert answer.status_code == status
    assert answer.json() == {
        "code": state,
        "message": "a_code",
        "details": "the detail",
        "hint": "the hint",
    }


def test_a_denied_function_is_403_for_a_person_and_401_for_nobody(
    as_user: httpx.Client, nobody: httpx.Client, bare: LocalStack
) -> None:
    assert as_user.post(f"{RPC}denied").status_code == 403
    answer = nobody.post(f"{RPC}denied", headers={"apikey": bare.publishable_key})
    assert (answer.status_code, answer.json()["code"]) == (401, "42501")


def test_a_real_conflict_is_409(wire: httpx.Client) -> None:
    answer = wire.post(f"{RPC}twice")
    assert (answer.status_code, answer.json()["code"]) == (409, "23505")


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("unheard_of", {}), ("add", {}), ("add", {"a": 1, "c": 2}), ("numbers", {"up_to": 1})],
)
def test_an_unknown_function_or_argument_is_pgrst202(
    wire: httpx.Client, function: str, arguments: dict[str, Any]
) -> None:
    answer = wire.post(f"{RPC}{function}", json=arguments)
    assert (answer.status_code, answer.json()["code"]) == (404, "PGRST202")


def test_functions_that_only_differ_in_types_are_pgrst203(wire: httpx.Client) -> None:
    answer = wire.post(f"{RPC}over", json={"a": 1})
    assert (answer.status_code, answer.json()["code"]) == (300, "PGRST203")


@pytest.mark.parametrize("body", ["{", "[1]", "7", '"text"'])
def test_a_body_that_is_no_object_is_refused(wire: httpx.Client, body: str) -> None:
    answer = wire.post(f"{RPC}add", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "PGRST102")


def test_a_value_of_the_wrong_type_is_400(wire: httpx.Client) -> None:
    answer = wire.post(f"{RPC}add", json={"a": "many"})
    assert (answer.status_code, answer.json()["code"]) == (400, "22P02")


@pytest.mark.parametrize("name", ['add"; drop table public.notes; --', "add(1)", "pg_sleep", "%22add%22"])
def test_a_function_name_is_only_a_name(wire: httpx.Client, name: str) -> None:
    assert wire.post(f"{RPC}{name}", json={"a": 1}).status_code == 404


def test_an_argument_name_is_only_a_name(wire: httpx.Client) -> None:
    assert wire.post(f"{RPC}add", json={'a" int); --': 1}).status_code == 404


def test_one_object_can_be_asked_for(admin: Client) -> None:
    assert admin.rpc("numbers", {"upto": 1}).single().execute().data == 1
    with pytest.raises(APIError) as caught:
        admin.rpc("numbers", {"upto": 2}).single().execute()
    assert caught.value.code == "PGRST116"


@pytest.mark.parametrize(
    ("claims", "secret", "code"),
    [
        ({"role": "authenticated", "exp": 1}, None, "PGRST303"),
        ({"role": "authenticated"}, "another secret that is long enough", "PGRST301"),
        ({"role": "supabase_storage_admin"}, None, "22023"),
        ({"role": "postgres"}, None, "22023"),
    ],
    ids=["expired", "forged", "a role of the house", "the owner"],
)
def test_a_bad_token_is_401(
    bare: LocalStack, nobody: httpx.Client, claims: dict[str, Any], secret: str | None, code: str
) -> None:
    token = jwt.encode({"exp": time.time() + 60, **claims}, secret or bare.jwt_secret, algorithm="HS256")
    headers = {"apikey": bare.publishable_key, "Authorization": f"Bearer {token}"}
    answer = nobody.post(f"{RPC}whoever", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_a_token_without_signature_is_401(bare: LocalStack, nobody: httpx.Client) -> None:
    token = jwt.encode({"role": "service_role", "exp": time.time() + 60}, "", algorithm="none")
    headers = {"apikey": bare.publishable_key, "Authorization": f"Bearer {token}"}
    answer = nobody.post(f"{RPC}whoever", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "PGRST301")


@pytest.mark.parametrize("header", ["Bearer x", "Bearer a.b", "Bearer a.b.c", "Bearer", "Basic eDp5"])
def test_what_is_no_token_is_401(bare: LocalStack, nobody: httpx.Client, header: str) -> None:
    headers = {"apikey": bare.publishable_key, "Authorization": header}
    answer = nobody.post(f"{RPC}whoever", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "PGRST301")


@pytest.mark.parametrize("headers", [{}, {"apikey": "wrong"}])
def test_nobody_passes_without_a_key(nobody: httpx.Client, headers: dict[str, str]) -> None:
    assert nobody.post(f"{RPC}whoever", headers=headers).status_code == 401


def test_tables_are_not_served(wire: httpx.Client) -> None:
    assert wire.get("/rest/v1/notes").status_code == 404


def test_a_statement_that_takes_too_long_is_stopped(bare: LocalStack, nobody: httpx.Client) -> None:
    answer = nobody.post(f"{RPC}slow", headers={"apikey": bare.publishable_key})
    assert (answer.status_code, answer.json()["code"]) == (500, "57014")


def test_a_small_answer_does_not_wait_for_an_acknowledgement(wire: httpx.Client) -> None:
    # With Nagle's algorithm on, not one of them would come in under 40 ms.
    def seconds() -> float:
        before = time.perf_counter()
        wire.post(f"{RPC}add", json={"a": 1})
        return time.perf_counter() - before

    assert min(seconds() for _ in range(60)) < 0.035
