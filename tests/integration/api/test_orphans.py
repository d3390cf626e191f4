"""Pages of orphans over HTTP, as the gallery asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.test_access import error_of
from tests.integration.api.test_uploads_and_library import photo, send


def pages(web: Any, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every item, a page of one after the other."""
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        asked = {**params, "limit": 1} | ({"after": after} if after else {})
        answer = web.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        after = answer.json()["next"]
        if after is None:
            return items


def test_each_orphan_comes_with_its_reason_and_pages_go_on(signed_in) -> None:
    made = [send(signed_in, photo(seed), title=f"Loose {seed}").json()["asset"] for seed in (301, 302)]

    items = pages(signed_in, "/api/orphans", **{"class": "unlinked", "waiting": "true", "sort": "newest"})

    assert [item["id"] for item in items[:2]] == made[::-1]
    assert items[0]["title"] == "Loose 302"
    assert items[0]["asset"] == made[1]
    assert "never linked, unused for less than a day; still within its grace" in items[0]["note"]


def test_what_is_kept_comes_with_who_and_why(signed_in, people) -> None:
    made = [send(signed_in, photo(seed)).json()["asset"] for seed in (311, 312)]
    people["staff"].rpc("keep_assets", p_assets=made, p_reason="the printer's proof")

    items = {item["id"]: item for item in pages(signed_in, "/api/orphans/kept")}

    assert set(made) <= set(items)
    assert items[made[0]]["note"].endswith(": the printer's proof")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"class": "everything"},
        {"class": "unlinked", "age": "ancient"},
        {"class": "unlinked", "age": "2026-11-24"},
        {"class": "unlinked", "size": "huge"},
        {"class": "unlinked", "sort": "title"},
        {"class": "unlinked", "limit": 1000},
        {"class": "unlinked", "after": "not a page"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(signed_in, params: dict[str, Any]) -> None:
    error_of(signed_in.get("/api/orphans", params=params), 422)


def test_someone_who_is_not_staff_gets_nothing(web, people) -> None:
    headers = {"authorization": f"Bearer {people['stranger'].access_token}"}
    for path in ("/api/orphans?class=unlinked", "/api/orphans/kept"):
        error_of(web.get(path, headers=headers), 403)
