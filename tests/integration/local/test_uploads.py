"""Uploads: the right to one path, the bytes by multipart or raw, and every way it is refused."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from storage3.exceptions import StorageApiError
from storage3.types import CreateSignedUploadUrlOptions
from supabase import Client

from mediaops.local.stack import LocalStack
from tests.integration.local.conftest import BUCKET
from tests.integration.local.talk import STORAGE, failure, multipart, put, sign
from tests.support import client_of

EXISTS = ("409", "Duplicate", "KeyAlreadyExists")


@pytest.fixture
def url(wire: httpx.Client, folder: str) -> str:
    """A signed URL for one object."""
    return sign(wire, f"{folder}/picture").json()["url"]


@pytest.fixture
def limited(admin: Client, folder: str) -> str:
    """A bucket for images of at most 1000 bytes."""
    admin.storage.create_bucket(
        folder, options={"file_size_limit": 1000, "allowed_mime_types": ["image/webp", "image/jpeg"]}
    )
    return folder


def test_signing_answers_url_and_token(wire: httpx.Client, folder: str) -> None:
    answer = sign(wire, f"{folder}/a")
    token = answer.json()["token"]
    assert answer.json() == {"url": f"/object/upload/sign/{BUCKET}/{folder}/a?token={token}", "token": token}


def test_the_token_says_what_it_is_for(as_user: httpx.Client, user: dict[str, Any], bare: LocalStack) -> None:
    path = f"{user['user']['id']}/a"
    claims = jwt.decode(sign(as_user, path).json()["token"], bare.jwt_secret, ["HS256"])
    assert (claims["url"], claims["upsert"], claims["scope"]) == (f"{BUCKET}/{path}", False, "upload")
    assert (claims["owner"], claims["exp"] - claims["iat"]) == (user["user"]["id"], 7200)


def test_signing_leaves_no_row(wire: httpx.Client, folder: str, sql: psycopg.Connection[Any]) -> None:
    sign(wire, f"{folder}/a")
    found = sql.execute("select count(*) from storage.objects where name = %s", [f"{folder}/a"]).fetchone()
    assert found == (0,)


def test_signing_asks_the_policies(as_user: httpx.Client, folder: str) -> None:
    answer = sign(as_user, f"{folder}/a")
    assert failure(answer) == ("403", "Unauthorized", "AccessDenied")
    assert answer.json()["message"] == "new row violates row-level security policy"


def test_signing_asks_whether_the_name_is_free(wire: httpx.Client, nobody: httpx.Client, url: str) -> None:
    put(nobody, url, b"first")
    path = url.removeprefix(f"/object/upload/sign/{BUCKET}/").partition("?")[0]
    assert failure(sign(wire, path)) == EXISTS
    assert sign(wire, path, **{"x-upsert": "true"}).status_code == 200


def test_signing_for_a_missing_bucket(wire: httpx.Client, as_user: httpx.Client) -> None:
    assert failure(wire.post(f"{STORAGE}/object/upload/sign/none/a"))[::2] == ("404", "InvalidRequest")
    assert failure(as_user.post(f"{STORAGE}/object/upload/sign/none/a"))[0] == "403"


def test_a_raw_put_stores_the_object(nobody: httpx.Client, admin: Client, url: str, folder: str) -> None:
    metadata = base64.b64encode(json.dumps({"by": "me"}).encode()).decode()
    answer = nobody.put(
        f"{STORAGE}{url}",
        content=b"raw bytes",
        headers={"Content-Type": "image/webp", "Cache-Control": "max-age=60", "x-metadata": metadata},
    )
    assert (answer.status_code, answer.json()) == (200, {"Key": f"{BUCKET}/{folder}/picture"})
    info = admin.storage.from_(BUCKET).info(f"{folder}/picture")
    assert (info["size"], info["content_type"]) == (9, "image/webp")
    assert (info["cache_control"], info["metadata"]) == ("max-age=60", {"by": "me"})
    assert admin.storage.from_(BUCKET).download(f"{folder}/picture") == b"raw bytes"


@pytest.mark.parametrize("field", ["file", "", "anything"])
def test_a_multipart_put_stores_the_file_part(
    nobody: httpx.Client, admin: Client, url: str, folder: str, field: str
) -> None:
    content = bytes(range(256)) * 1000 + b"\r\n--not the boundary\r\n"
    body, mime = multipart(field, content)
    answer = nobody.put(f"{STORAGE}{url}", content=body, headers={"Content-Type": mime})
    assert answer.json() == {"Key": f"{BUCKET}/{folder}/picture"}
    info = admin.storage.from_(BUCKET).info(f"{folder}/picture")
    assert (info["size"], info["content_type"]) == (len(content), "image/jpeg")
    assert (info["cache_control"], info["metadata"]) == ("max-age=120", {"by": "form"})
    assert admin.storage.from_(BUCKET).download(f"{folder}/picture") == content


def test_supabase_py_uploads_with_a_token_alone(bare: LocalStack, admin: Client, folder: str) -> None:
    signed = admin.storage.from_(BUCKET).create_signed_upload_url(f"{folder}/a b/ä".replace("ä", "c"))
    stranger = client_of(bare, bare.publishable_key)
    stored = stranger.storage.from_(BUCKET).upload_to_signed_url(
        signed["path"], signed["token"], b"bytes", {"content-type": "image/png", "metadata": {"n": 1}}
    )
    assert stored.full_path == f"{BUCKET}/{folder}/a b/c"
    assert admin.storage.from_(BUCKET).info(signed["path"])["metadata"] == {"n": 1}


def test_the_owner_of_a_signed_upload_is_who_asked(
    as_user: httpx.Client, nobody: httpx.Client, user: dict[str, Any], sql: psycopg.Connection[Any]
) -> None:
    path = f"{user['user']['id']}/{time.time_ns()}"
    put(nobody, sign(as_user, path).json()["url"], b"x")
    owner = sql.execute("select owner::text, owner_id from storage.objects where name = %s", [path])
    assert owner.fetchone() == (user["user"]["id"], user["user"]["id"])


def test_a_signed_url_works_again_only_when_the_object_is_gone(
    nobody: httpx.Client, admin: Client, url: str, folder: str
) -> None:
    assert put(nobody, url, b"first").status_code == 200
    assert failure(put(nobody, url, b"second")) == EXISTS
    assert admin.storage.from_(BUCKET).download(f"{folder}/picture") == b"first"
    admin.storage.from_(BUCKET).remove([f"{folder}/picture"])
    assert put(nobody, url, b"third").status_code == 200


def test_an_upsert_url_replaces(wire: httpx.Client, nobody: httpx.Client, admin: Client, folder: str) -> None:
    url = sign(wire, f"{folder}/a", **{"x-upsert": "true"}).json()["url"]
    before = sign_and_info(nobody, admin, url, folder, b"first")
    after = sign_and_info(nobody, admin, url, folder, b"second")
    assert admin.storage.from_(BUCKET).download(f"{folder}/a") == b"second"
    assert (before["id"], before["version"]) != (after["id"], after["version"])
    assert before["id"] == after["id"]


def test_supabase_py_asks_for_an_upsert_url(admin: Client, folder: str, bare: LocalStack) -> None:
    options = CreateSignedUploadUrlOptions(upsert="true")
    token = admin.storage.from_(BUCKET).create_signed_upload_url(f"{folder}/a", options)["token"]
    assert jwt.decode(token, bare.jwt_secret, ["HS256"])["upsert"] is True


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"exp": 1}, "InvalidJWT"),
        ({"url": "b/another"}, "InvalidSignature"),
        ({"scope": None}, "InvalidSignature"),
        ({"scope": "download"}, "InvalidSignature"),
    ],
)
def test_a_token_that_does_not_fit_is_refused(
    bare: LocalStack, nobody: httpx.Client, url: str, change: dict[str, Any], expected: str
) -> None:
    path, _, token = url.partition("?token=")
    claims = jwt.decode(token, bare.jwt_secret, ["HS256"]) | change
    changed = jwt.encode(claims, bare.jwt_secret, algorithm="HS256")
    assert failure(put(nobody, f"{path}?token={changed}", b"x"))[::2] == ("400", expected)


@pytest.mark.parametrize("forge", ["another secret", "none", "rubbish"])
def test_a_forged_token_is_refused(bare: LocalStack, nobody: httpx.Client, url: str, forge: str) -> None:
    path, _, token = url.partition("?token=")
    claims = jwt.decode(token, bare.jwt_secret, ["HS256"])
    forged = {
        "another secret": lambda: jwt.encode(claims, "another secret that is long enough", "HS256"),
        "none": lambda: jwt.encode(claims, "", algorithm="none"),
        "rubbish": lambda: "rubbish",
    }[forge]()
    assert failure(put(nobody, f"{path}?token={forged}", b"x"))[::2] == ("400", "InvalidJWT")


def test_a_token_for_reading_writes_nothing(wire: httpx.Client, nobody: httpx.Client, folder: str) -> None:
    wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"x")
    signed = wire.post(f"{STORAGE}/object/sign/{BUCKET}/{folder}/a", json={"expiresIn": 60}).json()
    token = signed["signedURL"].partition("?token=")[2]
    answer = put(nobody, f"/object/upload/sign/{BUCKET}/{folder}/a?token={token}", b"y")
    assert failure(answer)[2] == "InvalidSignature"


def test_a_direct_upload_answers_key_and_id(wire: httpx.Client, folder: str) -> None:
    answer = wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"x")
    assert answer.json()["Key"] == f"{BUCKET}/{folder}/a"
    assert len(answer.json()["Id"]) == 36
    assert failure(wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"y")) == EXISTS
    assert wire.put(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"z").status_code == 200


def test_a_direct_upload_asks_the_policies(as_user: httpx.Client, user: dict[str, Any], folder: str) -> None:
    own = f"{user['user']['id']}/{folder}"
    assert as_user.post(f"{STORAGE}/object/{BUCKET}/{own}", content=b"x").status_code == 200
    assert failure(as_user.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"x"))[0] == "403"
    assert failure(as_user.put(f"{STORAGE}/object/{BUCKET}/{own}", content=b"y"))[0] == "403"


def test_an_upload_needs_a_token(nobody: httpx.Client, folder: str) -> None:
    assert failure(nobody.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"x"))[0] == "400"
    headers = {"Authorization": "Bearer a.b.c"}
    answer = nobody.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=b"x", headers=headers)
    assert failure(answer) == ("403", "Unauthorized", "AccessDenied")


def test_a_missing_bucket_is_404(wire: httpx.Client) -> None:
    assert failure(wire.post(f"{STORAGE}/object/none/a", content=b"x"))[::2] == ("404", "NoSuchBucket")


@pytest.mark.parametrize("mime", ["image/gif", "text/plain", "image/jpeg; charset=binary"])
def test_a_type_that_the_bucket_does_not_take_is_415(wire: httpx.Client, limited: str, mime: str) -> None:
    answer = wire.post(f"{STORAGE}/object/{limited}/a", content=b"x", headers={"Content-Type": mime})
    assert failure(answer) == ("415", "invalid_mime_type", "InvalidMimeType")
    assert mime in answer.json()["message"]


def test_supabase_py_sends_text_unless_told(admin: Client, limited: str) -> None:
    with pytest.raises(StorageApiError) as caught:
        admin.storage.from_(limited).upload("a", b"x")
    assert (caught.value.status, caught.value.code) == ("415", "invalid_mime_type")


def test_what_is_too_large_is_413(wire: httpx.Client, limited: str) -> None:
    target, headers = f"{STORAGE}/object/{limited}/a", {"Content-Type": "image/webp"}
    assert wire.post(target, content=b"x" * 1000, headers=headers).status_code == 200
    too_large = wire.put(target, content=b"x" * 1001, headers=headers)
    assert failure(too_large) == ("413", "Payload too large", "EntityTooLarge")
    body, mime = multipart("file", b"x" * 1001)
    assert failure(wire.put(target, content=body, headers={"Content-Type": mime}))[0] == "413"
    assert wire.get(target).content == b"x" * 1000


def test_a_large_upload_that_is_refused_hears_why(wire: httpx.Client, limited: str) -> None:
    answer = wire.post(
        f"{STORAGE}/object/{limited}/a", content=b"x" * 20_000_000, headers={"Content-Type": "image/webp"}
    )
    assert failure(answer)[0] == "413"
    assert wire.get(f"{STORAGE}/bucket/{limited}").status_code == 200  # the connection goes on


def test_a_chunked_body_passes_the_limit_as_on_the_real_server(wire: httpx.Client, limited: str) -> None:
    headers = {"Content-Type": "image/webp"}
    answer = wire.post(
        f"{STORAGE}/object/{limited}/a", content=iter([b"x" * 600, b"x" * 600]), headers=headers
    )
    assert answer.status_code == 200
    assert wire.get(f"{STORAGE}/object/info/{limited}/a").json()["size"] == 1200


def test_an_empty_object_is_an_object(wire: httpx.Client, admin: Client, folder: str) -> None:
    wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/empty", content=b"")
    assert admin.storage.from_(BUCKET).info(f"{folder}/empty")["size"] == 0
    assert admin.storage.from_(BUCKET).download(f"{folder}/empty") == b""


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb']
)
def test_a_broken_form_is_refused(wire: httpx.Client, folder: str, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/a", content=body, headers=headers)
    assert failure(answer)[0] == "400"


def sign_and_info(
    nobody: httpx.Client, admin: Client, url: str, folder: str, content: bytes
) -> dict[str, Any]:
    assert put(nobody, url, content).status_code == 200
    return admin.storage.from_(BUCKET).info(f"{folder}/a")
