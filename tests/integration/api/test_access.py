"""Who gets in, and how every error looks."""

from __future__ import annotations

import pytest

from mediaops import session
from mediaops.api import library
from mediaops.client import http
from mediaops.settings import get_settings
from tests.integration.api.conftest import SITE

HASH = "0" * 64
NOBODY = "00000000-0000-0000-0000-000000000000"
REQUESTS = [
    ("POST", "/api/uploads/tickets", {"purpose": "library", "count": 1}),
    ("POST", "/api/uploads/lookup", {"sha256": HASH}),
    ("POST", "/api/uploads/complete", {"ticket": NOBODY, "original_bytes": 1, "original_sha256": HASH}),
    ("POST", "/api/uploads/restore", {"asset": NOBODY}),
    ("GET", "/api/library", None),
    ("GET", "/api/orphans?class=unlinked", None),
    ("GET", "/api/orphans/kept", None),
    ("GET", f"/api/annotations?asset={NOBODY}", None),
]


def error_of(answer, status: int) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["message"]
    assert "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    return error


def test_health_needs_nobody_and_says_what_answers(web) -> None:
    answer = web.get("/api/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "storage": "ok"}


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_without_a_session_nothing_is_answered(web, method: str, path: str, body) -> None:
    answer = web.request(method, path, json=body, headers={"origin": SITE})
    assert error_of(answer, 401)["code"] == "not_signed_in"


@pytest.mark.parametrize("cookie", ["forged", "A" * 43, "../../etc", "🍪"])
def test_a_forged_cookie_is_nobody(web, cookie: str) -> None:
    headers = {"cookie": f"{session.COOKIE}={cookie}".encode()}
    assert error_of(web.get("/api/library", headers=headers), 401)


@pytest.mark.parametrize("header", ["Bearer forged", "Basic eDp5", "Bearer ", "Bearer a.b.c", "Bearer ü"])
def test_a_forged_token_is_nobody(web, header: str) -> None:
    assert error_of(web.get("/api/library", headers={"authorization": header.encode()}), 401)


def test_after_signing_out_a_tab_left_open_gets_nothing(signed_in) -> None:
    assert signed_in.get("/api/library").status_code == 200
    session.close(signed_in.cookies[session.COOKIE])
    assert error_of(signed_in.get("/api/library"), 401)["code"] == "session_ended"


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://dashboard.test.evil.example"]
)
def test_another_sites_page_can_not_use_the_cookie(signed_in, origin: str | None) -> None:
    del signed_in.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    answer = signed_in.post("/api/uploads/lookup", json={"sha256": HASH}, headers=headers)
    assert error_of(answer, 403)["code"] == "foreign_origin"
    assert signed_in.get("/api/library", headers=headers).status_code == 200


def test_a_system_outside_comes_with_a_token_and_needs_no_origin(web, people) -> None:
    headers = {"authorization": f"Bearer {people['staff'].access_token}"}
    answer = web.post("/api/uploads/lookup", json={"sha256": HASH}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"asset": None})


def test_someone_who_is_not_staff_sees_no_library_and_uploads_for_themselves_only(web, people) -> None:
    headers = {"authorization": f"Bearer {people['stranger'].access_token}"}
    assert error_of(web.get("/api/library", headers=headers), 403)["code"] == "not_staff"
    library_ticket = web.post("/api/uploads/tickets", json={"purpose": "library"}, headers=headers)
    assert error_of(library_ticket, 403)["code"] == "not_staff"
    own = web.post("/api/uploads/tickets", json={"purpose": "profile"}, headers=headers)
    assert len(own.json()["tickets"]) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/uploads/tickets", {"purpose": "everything"}),
        ("/api/uploads/tickets", {"purpose": "library", "count": 33}),
        ("/api/uploads/tickets", {"purpose": "library", "count": 0}),
        ("/api/uploads/lookup", {"sha256": "xyz"}),
        ("/api/uploads/lookup", {}),
        ("/api/uploads/complete", {"ticket": "../../x", "original_bytes": 1, "original_sha256": HASH}),
        ("/api/uploads/complete", {"ticket": NOBODY, "original_bytes": -1, "original_sha256": HASH}),
        ("/api/uploads/complete", {"ticket": NOBODY, "original_sha256": HASH, "annotate": ["everything"]}),
        ("/api/uploads/complete", [1, 2]),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong_with_it(signed_in, path: str, body) -> None:
    assert error_of(signed_in.post(path, json=body), 422)["code"] == "invalid"


def test_what_is_no_json_is_told_so(signed_in) -> None:
    headers = {"content-type": "application/json"}
    assert error_of(signed_in.post("/api/uploads/lookup", content=b"{", headers=headers), 422)


def test_an_unknown_address_and_a_wrong_method_have_the_same_shape_of_error(web) -> None:
    assert error_of(web.get("/api/nothing"), 404)["code"] == "not_found"
    assert error_of(web.get("/api/uploads/tickets"), 405)["code"] == "method_not_allowed"
    for path in ("/api/docs", "/api/redoc", "/api/openapi.json"):
        assert web.get(path).status_code == 404


def test_a_body_that_is_too_large_is_refused_however_it_is_sent(signed_in) -> None:
    body = b'{"sha256": "' + b"0" * 200_000 + b'"}'
    answer = signed_in.post("/api/uploads/lookup", content=body)
    assert error_of_413(answer)
    answer = signed_in.post(
        "/api/uploads/lookup", content=(body[at : at + 5000] for at in range(0, len(body), 5000))
    )
    assert error_of_413(answer)


def error_of_413(answer) -> bool:
    return answer.status_code == 413 and answer.json()["error"]["code"] == "too_large"


def test_a_fault_of_ours_tells_nothing_about_the_inside(signed_in, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(library, "rpc", broken)
    answer = signed_in.get("/api/library")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "swordfish" not in answer.text


def test_supabase_that_is_away_is_an_answer_to_try_again_after(signed_in, monkeypatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    try:
        error = error_of(signed_in.get("/api/library"), 503)
        health = signed_in.get("/api/health")
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert error["code"] == "unavailable"
    assert error["hint"]
    assert (health.status_code, health.json()["database"], health.json()["storage"]) == (503, "away", "away")
    assert http() is http()
