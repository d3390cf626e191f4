"""Postgres restarted or killed under the gateway, uploads cut off: errors are clear, nothing is left."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from supabase import Client

from mediaops.errors import Unavailable
from mediaops.local.stack import LocalStack
from mediaops.local.storage.files import ObjectFiles
from tests.integration.local.conftest import BUCKET
from tests.integration.local.servers import until
from tests.integration.local.talk import STORAGE

RPC = "/rest/v1/rpc/"


def files_under(bare: LocalStack, name: str) -> list[Path]:
    return [path for path in (bare.data_dir / "storage" / name).rglob("*") if path.is_file()]


def test_a_restart_between_two_requests_is_not_noticed(bare: LocalStack, wire: httpx.Client) -> None:
    assert wire.post(f"{RPC}add", json={"a": 1}).json() == 11
    bare.postgres.restart()
    assert wire.post(f"{RPC}add", json={"a": 2}).json() == 12
    assert wire.get("/auth/v1/health").status_code == 200
    assert wire.post(f"{STORAGE}/object/list/{BUCKET}", json={"prefix": ""}).status_code == 200


def test_a_restart_during_a_request_is_503(bare: LocalStack, wire: httpx.Client) -> None:
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(wire.post(f"{RPC}slow")))
    asking.start()
    with psycopg.connect(bare.postgres.url, autocommit=True) as connection:
        until(lambda: bool(connection.execute(SLEEPING).fetchone()))
    bare.postgres.restart()
    asking.join(30)
    assert (answers[0].status_code, answers[0].json()["code"]) == (503, "PGRST000")


def test_without_a_database_every_part_says_so_and_then_works_again(
    bare: LocalStack, wire: httpx.Client, user: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yet() -> bool:
        raise Unavailable("kept down by the test")

    monkeypatch.setattr(bare.postgres, "revive", not_yet)
    os.kill(int((bare.postgres.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    until(lambda: not bare.postgres.running)
    rest = wire.post(f"{RPC}add", json={"a": 1})
    assert (rest.status_code, rest.json()["code"]) == (503, "PGRST000")
    auth = wire.post("/auth/v1/token?grant_type=password", json={"email": "a@b.c", "password": "x"})
    assert auth.status_code == 503
    storage = wire.post(f"{STORAGE}/object/list/{BUCKET}", json={"prefix": ""})
    assert (storage.status_code, storage.json()["code"]) == (544, "DatabaseTimeout")
    upload = wire.post(f"{STORAGE}/object/{BUCKET}/down/a", content=b"x" * 100_000)
    assert upload.status_code == 544
    assert files_under(bare, "incoming") == []
    assert wire.get("/health").status_code == 503

    monkeypatch.undo()
    until(lambda: wire.get("/health").status_code == 200)
    assert wire.post(f"{RPC}add", json={"a": 1}).json() == 11


def test_an_upload_that_is_cut_off_leaves_nothing(bare: LocalStack, wire: httpx.Client) -> None:
    before = files_under(bare, "objects")
    with socket.create_connection((bare.host, bare.port)) as connection:
        connection.sendall(
            f"POST {STORAGE}/object/{BUCKET}/cut/off HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n"
            f"Authorization: Bearer {bare.secret_key}\r\nContent-Type: image/png\r\n\r\n".encode()
        )
        connection.sendall(b"x" * 2_000_000)
        until(lambda: bool(files_under(bare, "incoming")))
    until(lambda: not files_under(bare, "incoming"))
    assert files_under(bare, "objects") == before
    assert wire.get(f"{STORAGE}/object/info/{BUCKET}/cut/off").json()["statusCode"] == "404"


def test_a_row_that_could_not_be_written_leaves_no_bytes(
    bare: LocalStack, wire: httpx.Client, sql: psycopg.Connection[Any]
) -> None:
    before = files_under(bare, "objects")
    sql.execute(
        "alter table storage.objects add constraint no_such check (name <> 'refused/by/row') not valid"
    )
    try:
        # The trial insert of the caller would meet the constraint too, so the signed way is taken.
        sql.execute("alter table storage.objects disable row level security")
        token = bare_token(bare, "refused/by/row")
        answer = wire.put(f"{STORAGE}/object/upload/sign/{BUCKET}/refused/by/row?token={token}", content=b"x")
        assert answer.status_code == 500
    finally:
        sql.execute("alter table storage.objects enable row level security")
        sql.execute("alter table storage.objects drop constraint no_such")
    assert files_under(bare, "objects") == before
    assert files_under(bare, "journal") == []


def test_what_a_kill_left_is_settled_by_the_rows(tmp_path: Path) -> None:
    files = ObjectFiles(tmp_path)
    committed, lost, untouched = ("0" * 31 + digit for digit in "123")
    for version in (committed, lost, untouched):
        files.path(version).parent.mkdir(exist_ok=True)
        files.path(version).write_bytes(b"x")
    (tmp_path / "incoming" / "half").write_bytes(b"x")
    (tmp_path / "journal" / "entry").write_text(f"{committed}\n{lost}")
    assert files.settle(lambda versions: {committed} & set(versions)) == 2
    assert [files.path(v).exists() for v in (committed, lost, untouched)] == [True, False, True]
    assert list((tmp_path / "incoming").iterdir()) == []
    assert list((tmp_path / "journal").iterdir()) == []


def test_many_uploads_to_one_path_leave_one_object(
    bare: LocalStack, wire: httpx.Client, admin: Client, folder: str
) -> None:
    before = len(files_under(bare, "objects"))
    statuses: list[int] = []

    def upload(content: bytes) -> None:
        answer = wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=content)
        statuses.append(200 if answer.status_code == 200 else int(answer.json()["statusCode"]))

    threads = [threading.Thread(target=upload, args=(bytes([n]) * 200_000,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 7
    assert len(set(admin.storage.from_(BUCKET).download(f"{folder}/a"))) == 1
    assert len(files_under(bare, "objects")) == before + 1


SLEEPING = "select 1 from pg_stat_activity where query like '%slow%' and wait_event = 'PgSleep'"


def bare_token(bare: LocalStack, path: str) -> str:
    from mediaops.local.tokens import Tokens

    claims = {"url": f"{BUCKET}/{path}", "scope": "upload", "upsert": False}
    return Tokens(bare.jwt_secret).sign_for(60, claims)
