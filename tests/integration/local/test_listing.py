"""Lists of objects, by folder and by cursor."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from supabase import Client

from tests.integration.local.conftest import BUCKET
from tests.integration.local.talk import STORAGE, failure

NAMES = ("a", "b", "sub/c", "sub/d", "sub/deep/e", "z")


@pytest.fixture(scope="module")
def tree(wire: httpx.Client) -> str:
    """A folder with files and folders in it."""
    for name in NAMES:
        wire.post(f"{STORAGE}/object/{BUCKET}/listed/{name}", content=b"x")
    return "listed"


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def test_a_folder_lists_folders_first_with_relative_names(admin: Client, tree: str) -> None:
    rows = admin.storage.from_(BUCKET).list(tree)
    assert names(rows) == ["sub", "a", "b", "z"]
    assert [row["id"] is None for row in rows] == [True, False, False, False]
    assert rows[1]["metadata"]["size"] == 1


def test_a_folder_below(admin: Client, tree: str) -> None:
    assert names(admin.storage.from_(BUCKET).list(f"{tree}/sub")) == ["deep", "c", "d"]


def test_limit_offset_order_and_search(admin: Client, tree: str) -> None:
    bucket = admin.storage.from_(BUCKET)
    assert names(bucket.list(tree, {"limit": 2, "offset": 1})) == ["a", "b"]
    assert names(bucket.list(tree, {"sortBy": {"column": "name", "order": "desc"}})) == ["sub", "z", "b", "a"]
    assert names(bucket.list(tree, {"sortBy": {"column": "created_at", "order": "desc"}}))[0] == "sub"
    assert names(bucket.list(tree, {"search": "SU"})) == ["sub"]


def test_a_prefix_is_no_pattern(admin: Client, tree: str) -> None:
    assert admin.storage.from_(BUCKET).list("list%") == []
    assert admin.storage.from_(BUCKET).list("liste_") == []


@pytest.mark.parametrize(
    "body", [{"limit": 0}, {"limit": "x"}, {"sortBy": {"column": "owner"}}, {"sortBy": {"order": "up"}}]
)
def test_a_bad_limit_or_column_is_400(wire: httpx.Client, body: dict[str, Any]) -> None:
    answer = wire.post(f"{STORAGE}/object/list/{BUCKET}", json={"prefix": ""} | body)
    assert failure(answer)[0] == "400"


def test_a_missing_bucket_lists_nothing(wire: httpx.Client) -> None:
    answer = wire.post(f"{STORAGE}/object/list/none", json={"prefix": ""})
    assert (answer.status_code, answer.json()) == (200, [])


def test_one_lists_what_one_may_see(as_user: httpx.Client, tree: str) -> None:
    assert as_user.post(f"{STORAGE}/object/list/{BUCKET}", json={"prefix": tree}).json() == []


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("column", ["name", "created_at"])
def test_pages_by_cursor_give_everything_once(admin: Client, tree: str, column: Any, order: Any) -> None:
    found: list[str] = []
    cursor = ""
    for _ in range(10):
        page = admin.storage.from_(BUCKET).list_v2(
            {
                "prefix": f"{tree}/",
                "limit": 2,
                "cursor": cursor,
                "sortBy": {"column": column, "order": order},
            }
        )
        found += [row.name for row in page.objects]
        cursor = page.nextCursor or ""
        if not page.hasNext:
            break
    expected = [f"{tree}/{name}" for name in NAMES]
    assert found == (expected if order == "asc" else expected[::-1])


def test_pages_with_delimiter_fold_folders(admin: Client, tree: str) -> None:
    page = admin.storage.from_(BUCKET).list_v2({"prefix": f"{tree}/", "with_delimiter": True})
    assert [row.name for row in page.folders] == [f"{tree}/sub/"]
    assert [row.name for row in page.objects] == [f"{tree}/a", f"{tree}/b", f"{tree}/z"]
    assert page.hasNext is False


def test_a_cursor_that_is_not_ours_is_400(wire: httpx.Client) -> None:
    assert failure(wire.post(f"{STORAGE}/object/list-v2/{BUCKET}", json={"cursor": "!"}))[0] == "400"
