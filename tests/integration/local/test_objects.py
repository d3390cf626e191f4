"""Stored objects: signed reading, info, lists, move, copy, removal."""

from __future__ import annotations

import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import psycopg
import pytest
from storage3.exceptions import StorageApiError
from supabase import Client

from mediaops.local.stack import LocalStack
from tests.integration.local.conftest import BUCKET
from tests.integration.local.talk import STORAGE, failure

NOT_FOUND = ("404", "not_found", "NoSuchKey")


def store(wire: httpx.Client, path: str, content: bytes = b"bytes") -> str:
    answer = wire.post(
        f"{STORAGE}/object/{BUCKET}/{path}", content=content, headers={"Content-Type": "image/webp"}
    )
    assert answer.status_code == 200, answer.text
    return path


def versions_on_disk(bare: LocalStack) -> set[str]:
    return {path.name for path in (bare.data_dir / "storage" / "objects").rglob("*") if path.is_file()}


def test_supabase_py_reads_what_a_signed_url_gives(admin: Client, wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/with space & more")
    url = admin.storage.from_(BUCKET).create_signed_url(path, 60)["signedURL"]
    assert url is not None
    assert httpx.get(url).content == b"bytes"


def test_a_download_name_is_passed_on(admin: Client, wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    url = admin.storage.from_(BUCKET).create_signed_url(path, 60, {"download": "Ünï.png"})["signedURL"]
    assert url is not None
    assert "filename*=UTF-8''%C3%9Cn%C3%AF.png" in httpx.get(url).headers["content-disposition"]


def test_signing_asks_the_policies_and_the_object(
    wire: httpx.Client, as_user: httpx.Client, user: dict[str, Any], folder: str
) -> None:
    theirs, own = store(wire, f"{folder}/a"), store(wire, f"{user['user']['id']}/{folder}")
    target, body = f"{STORAGE}/object/sign/{BUCKET}", {"expiresIn": "60"}
    assert as_user.post(f"{target}/{own}", json=body).status_code == 200
    assert failure(as_user.post(f"{target}/{theirs}", json=body)) == NOT_FOUND
    assert failure(wire.post(f"{target}/{folder}/missing", json=body)) == NOT_FOUND


@pytest.mark.parametrize("body", [{}, {"expiresIn": 0}, {"expiresIn": "soon"}, {"expiresIn": None}])
def test_a_signed_url_needs_a_time(wire: httpx.Client, folder: str, body: dict[str, Any]) -> None:
    path = store(wire, f"{folder}/a")
    assert failure(wire.post(f"{STORAGE}/object/sign/{BUCKET}/{path}", json=body))[0] == "400"


def test_a_batch_keeps_the_order_and_names_what_is_missing(
    admin: Client, wire: httpx.Client, folder: str
) -> None:
    paths = [store(wire, f"{folder}/{n}") for n in (2, 1)]
    signed = admin.storage.from_(BUCKET).create_signed_urls([paths[0], f"{folder}/gone", paths[1]], 60)
    assert [item["path"] for item in signed] == [paths[0], f"{folder}/gone", paths[1]]
    assert [item["error"] is None for item in signed] == [True, False, True]
    assert signed[1]["signedURL"] is None
    assert signed[2]["signedURL"] is not None
    assert httpx.get(signed[2]["signedURL"]).content == b"bytes"


@pytest.mark.parametrize("count", [0, 1001])
def test_a_batch_is_1_to_1000_paths(wire: httpx.Client, count: int) -> None:
    body = {"paths": [f"p{n}" for n in range(count)], "expiresIn": 60}
    assert failure(wire.post(f"{STORAGE}/object/sign/{BUCKET}", json=body))[0] == "400"


@pytest.mark.parametrize(
    ("change", "expected"), [({"exp": 1}, "InvalidJWT"), ({"url": "b/other"}, "InvalidSignature")]
)
def test_a_signed_url_opens_one_object_for_a_time(
    bare: LocalStack,
    wire: httpx.Client,
    nobody: httpx.Client,
    folder: str,
    change: dict[str, Any],
    expected: str,
) -> None:
    path = store(wire, f"{folder}/a")
    claims = {"url": f"{BUCKET}/{path}", "exp": time.time() + 60} | change
    token = jwt.encode(claims, bare.jwt_secret, algorithm="HS256")
    answer = nobody.get(f"{STORAGE}/object/sign/{BUCKET}/{path}?token={token}")
    assert failure(answer)[2] == expected


def test_a_signed_url_of_a_removed_object_is_404(
    admin: Client, wire: httpx.Client, nobody: httpx.Client, folder: str
) -> None:
    path = store(wire, f"{folder}/a")
    url = wire.post(f"{STORAGE}/object/sign/{BUCKET}/{path}", json={"expiresIn": 60}).json()["signedURL"]
    admin.storage.from_(BUCKET).remove([path])
    assert failure(nobody.get(f"{STORAGE}{url}")) == NOT_FOUND


def test_a_token_for_writing_reads_nothing(wire: httpx.Client, nobody: httpx.Client, folder: str) -> None:
    signed = wire.post(f"{STORAGE}/object/upload/sign/{BUCKET}/{folder}/a").json()
    store(wire, f"{folder}/a")
    answer = nobody.get(f"{STORAGE}/object/sign/{BUCKET}/{folder}/a?token={signed['token']}")
    assert failure(answer)[2] == "InvalidSignature"


def test_the_batch_url_is_relative_to_storage(wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    signed = wire.post(f"{STORAGE}/object/sign/{BUCKET}", json={"paths": [path], "expiresIn": 60}).json()
    assert urlsplit(signed[0]["signedURL"]).path == f"/object/sign/{BUCKET}/{path}"


def test_info_has_the_facts(wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a", b"12345")
    info = wire.get(f"{STORAGE}/object/info/{BUCKET}/{path}").json()
    assert set(info) == {
        "id", "name", "version", "bucket_id", "size", "content_type", "cache_control", "etag", "metadata",
        "last_modified", "created_at",
    }  # fmt: skip
    assert (info["name"], info["bucket_id"], info["size"]) == (path, BUCKET, 5)
    assert (info["content_type"], info["etag"]) == ("image/webp", '"827ccb0eea8a706c4c34a16891f84e7b"')


def test_supabase_py_tells_whether_an_object_exists(admin: Client, wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    assert admin.storage.from_(BUCKET).exists(path) is True
    assert admin.storage.from_(BUCKET).exists(f"{folder}/b") is False


def test_info_of_what_one_may_not_see_is_404(wire: httpx.Client, as_user: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    assert failure(as_user.get(f"{STORAGE}/object/info/{BUCKET}/{path}")) == NOT_FOUND
    assert failure(as_user.get(f"{STORAGE}/object/{BUCKET}/{path}")) == NOT_FOUND
    assert failure(as_user.get(f"{STORAGE}/object/authenticated/{BUCKET}/{path}")) == NOT_FOUND


def test_a_private_object_is_not_public(wire: httpx.Client, nobody: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    assert failure(nobody.get(f"{STORAGE}/object/public/{BUCKET}/{path}"))[0] == "404"
    assert failure(nobody.get(f"{STORAGE}/object/{BUCKET}/{path}"))[0] == "400"


def test_move_gives_another_name(admin: Client, wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    bucket = admin.storage.from_(BUCKET)
    assert bucket.move(path, f"{folder}/deep/b") == {"message": "Successfully moved"}
    assert bucket.download(f"{folder}/deep/b") == b"bytes"
    assert bucket.exists(path) is False


def test_move_refuses_a_missing_source_and_a_taken_name(
    admin: Client, wire: httpx.Client, folder: str
) -> None:
    path, taken = store(wire, f"{folder}/a"), store(wire, f"{folder}/b", b"other")
    bucket = admin.storage.from_(BUCKET)
    with pytest.raises(StorageApiError) as caught:
        bucket.move(f"{folder}/missing", f"{folder}/c")
    assert caught.value.status == "404"
    answer = wire.post(
        f"{STORAGE}/object/move", json={"bucketId": BUCKET, "sourceKey": path, "destinationKey": taken}
    )
    assert failure(answer) == ("409", "Duplicate", "ResourceAlreadyExists")
    assert bucket.download(taken) == b"other"


def test_moving_needs_more_than_seeing(
    wire: httpx.Client, as_user: httpx.Client, user: dict[str, Any], folder: str
) -> None:
    path = store(wire, f"{user['user']['id']}/{folder}")
    body = {"bucketId": BUCKET, "sourceKey": path, "destinationKey": f"{path}-moved"}
    assert failure(as_user.post(f"{STORAGE}/object/move", json=body)) == NOT_FOUND


def test_copy_makes_a_second_object(admin: Client, wire: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    bucket = admin.storage.from_(BUCKET)
    made = bucket.copy(path, f"{folder}/b")
    assert made["Key"] == f"{BUCKET}/{folder}/b"
    assert made["Id"] == bucket.info(f"{folder}/b")["id"]
    bucket.remove([path])
    assert bucket.download(f"{folder}/b") == b"bytes"


def test_copy_refuses_a_missing_source_and_a_taken_name(
    wire: httpx.Client, bare: LocalStack, folder: str
) -> None:
    path, taken = store(wire, f"{folder}/a"), store(wire, f"{folder}/b")
    before = versions_on_disk(bare)
    body = {"bucketId": BUCKET, "sourceKey": path, "destinationKey": taken}
    assert failure(wire.post(f"{STORAGE}/object/copy", json=body))[0] == "409"
    missing = body | {"sourceKey": f"{folder}/missing", "destinationKey": f"{folder}/c"}
    assert failure(wire.post(f"{STORAGE}/object/copy", json=missing)) == NOT_FOUND
    assert versions_on_disk(bare) == before


def test_remove_answers_what_went_and_leaves_no_bytes(
    admin: Client, wire: httpx.Client, bare: LocalStack, folder: str
) -> None:
    before = versions_on_disk(bare)
    paths = [store(wire, f"{folder}/{n}") for n in range(3)]
    removed = admin.storage.from_(BUCKET).remove([*paths, f"{folder}/missing"])
    assert {row["name"] for row in removed} == set(paths)
    assert versions_on_disk(bare) == before


def test_remove_leaves_out_what_one_may_not(wire: httpx.Client, as_user: httpx.Client, folder: str) -> None:
    path = store(wire, f"{folder}/a")
    answer = as_user.request("DELETE", f"{STORAGE}/object/{BUCKET}", json={"prefixes": [path]})
    assert (answer.status_code, answer.json()) == (200, [])
    assert wire.get(f"{STORAGE}/object/{BUCKET}/{path}").status_code == 200


def test_remove_needs_names(wire: httpx.Client) -> None:
    answer = wire.request("DELETE", f"{STORAGE}/object/{BUCKET}", json={"prefixes": []})
    assert failure(answer)[0] == "400"


def test_a_thousand_objects_go_in_one_call(wire: httpx.Client, admin: Client, folder: str) -> None:
    paths = [f"{folder}/{n}" for n in range(40)]
    for path in paths:
        store(wire, path)
    more = [f"{folder}/missing-{n}" for n in range(960)]
    assert len(admin.storage.from_(BUCKET).remove(paths + more)) == 40


def test_sql_does_not_delete_objects(wire: httpx.Client, sql: psycopg.Connection[Any], folder: str) -> None:
    path = store(wire, f"{folder}/a")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("delete from storage.objects where name = %s", [path])


def test_a_json_body_over_a_mebibyte_is_413(wire: httpx.Client) -> None:
    body = {"prefixes": ["x" * 1000] * 1100}
    assert wire.request("DELETE", f"{STORAGE}/object/{BUCKET}", json=body).status_code == 413


@pytest.mark.parametrize("body", ["{", "[]", "7"])
def test_a_body_that_is_no_object_is_refused(wire: httpx.Client, body: str) -> None:
    assert failure(wire.post(f"{STORAGE}/object/move", content=body))[0] == "400"


def test_buckets_are_made_read_changed_and_removed(admin: Client, wire: httpx.Client) -> None:
    name = uuid.uuid4().hex
    assert admin.storage.create_bucket(name, options={"file_size_limit": 5}) == {"name": name}
    found = admin.storage.get_bucket(name)
    assert (found.id, found.owner, found.public, found.file_size_limit) == (name, "", False, 5)
    admin.storage.update_bucket(name, {"public": False, "allowed_mime_types": ["image/png"]})
    assert admin.storage.get_bucket(name).allowed_mime_types == ["image/png"]
    assert name in {bucket.id for bucket in admin.storage.list_buckets()}
    again = wire.post(f"{STORAGE}/bucket", json={"id": name, "name": name})
    assert failure(again) == ("409", "Duplicate", "BucketAlreadyExists")
    admin.storage.delete_bucket(name)
    assert failure(wire.get(f"{STORAGE}/bucket/{name}")) == (
        "404",
        "Bucket not found",
        "NoSuchBucket",
    )


def test_buckets_are_the_services_business(as_user: httpx.Client) -> None:
    assert failure(as_user.post(f"{STORAGE}/bucket", json={"id": "mine"}))[::2] == ("403", "AccessDenied")
    assert failure(as_user.get(f"{STORAGE}/bucket/{BUCKET}"))[2] == "NoSuchBucket"
    assert as_user.get(f"{STORAGE}/bucket").json() == []


def test_a_bucket_with_objects_stays(wire: httpx.Client, admin: Client, folder: str) -> None:
    store(wire, f"{folder}/a")
    with pytest.raises(StorageApiError) as caught:
        admin.storage.delete_bucket(BUCKET)
    assert caught.value.status == "409"
