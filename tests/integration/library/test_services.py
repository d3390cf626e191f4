"""The services over the real functions: what pages get, and the errors that reach them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from supabase import Client

from mediaops.annotation import requests
from mediaops.client import person_client, rpc
from mediaops.errors import Conflict, Forbidden, MediaOpsError, NotFound, Unavailable
from mediaops.library import assets, knowledge, links, staff
from mediaops.library.export import to_csv
from mediaops.library.filters import Filters
from tests.support import AssetMaker, Person


@pytest.fixture
def client(people: dict[str, Person]) -> Client:
    """A client as pages make it, for staff."""
    return person_client(people["staff"].access_token)


@pytest.fixture
def entry(service: Client) -> str:
    """A knowledge entry of its own."""
    made = str(uuid.uuid4())
    item: dict[str, Any] = {"id": made, "title": f"Entry {made[:8]}", "url": None, "excerpt": ""}
    rpc(service, "upsert_knowledge", p_items=[item])
    return made


def test_pages_by_key_give_everything_once(client: Client, make_asset: AssetMaker) -> None:
    word = f"w{uuid.uuid4().hex[:10]}"
    made = {make_asset(title=f"{word} {number}") for number in range(5)}
    asked = Filters(query=word, sort="oldest")

    found: list[str] = []
    after: str | None = None
    while True:
        page = assets.find(client, asked, after, limit=2)
        found += [card["id"] for card in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert len(found) == 5
    assert set(found) == made
    assert assets.count(client, asked) == {"count": 5, "exact": True}


def test_filters_reach_the_database(client: Client, make_asset: AssetMaker, entry: str) -> None:
    word = f"w{uuid.uuid4().hex[:10]}"
    linked, free = make_asset(title=f"{word} linked"), make_asset(title=f"{word} free")
    links.link(client, entry, [linked], "inline")

    def ids(**conditions: Any) -> set[str]:
        return {card["id"] for card in assets.find(client, Filters(query=word, **conditions))["items"]}

    assert ids() == {linked, free}
    assert ids(linked=True) == {linked}
    assert ids(linked=False) == {free}
    assert ids(kinds=("video",)) == set()
    assert ids(states=("trashed",)) == set()
    assert ids(max_bytes=1) == set()


def test_an_edit_of_a_stale_version_names_who_was_faster(
    client: Client, people: dict[str, Person], make_asset: AssetMaker
) -> None:
    asset = make_asset(title="Before")
    version = assets.get(client, asset)["version"]
    other = person_client(people["moderator"].access_token)
    assets.edit(other, asset, "Theirs", "", version)

    with pytest.raises(Conflict) as stale:
        assets.edit(client, asset, "Mine", "", version)

    assert stale.value.code == "stale"
    assert "Mateo Rivas" in stale.value.message
    detail = assets.get(client, asset)
    assert assets.edit(client, asset, "Mine", "", detail["version"]) != detail["version"]


def test_a_bulk_step_answers_for_each(client: Client, make_asset: AssetMaker, entry: str) -> None:
    used, free, nothing = make_asset(), make_asset(), str(uuid.uuid4())
    assert [one["ok"] for one in links.link(client, entry, [used], "cover")] == [True]

    results = {one["asset"]: one for one in assets.trash(client, [used, free, nothing])}

    assert {asset: one["ok"] for asset, one in results.items()} == {used: False, free: True, nothing: False}
    problem = results[used]["error"]
    assert problem is not None
    assert problem["code"] == "asset_in_use"
    assert [one["ok"] for one in assets.restore(client, [free])] == [True]
    assert [use["links"][0]["knowledge"] for use in assets.uses(client, [used])] == [entry]


def test_a_link_leads_to_the_entry_and_back(client: Client, make_asset: AssetMaker, entry: str) -> None:
    asset = make_asset(title="Linked both ways")
    links.link(client, entry, [asset], "inline")

    [link] = assets.get(client, asset)["links"]
    assert (link["knowledge"], link["placement"]) == (entry, "inline")
    assert [part["asset"]["id"] for part in knowledge.get(client, entry)["links"]] == [asset]
    assert links.unlink(client, link["id"])["link_count"] == 0
    assert knowledge.get(client, entry)["links"] == []


def test_readings_are_asked_for_once(client: Client, make_asset: AssetMaker) -> None:
    asset = make_asset()

    first = requests.request(client, [asset], ["ocr"])
    second = requests.request(client, [asset], ["ocr"])

    assert [one["ok"] for one in first + second] == [True, True]
    assert first[0]["annotation"] == second[0]["annotation"]
    assert [state["state"] for state in assets.reading_states(client, [asset])] == ["queued"]


def test_an_export_has_a_row_for_each(client: Client, make_asset: AssetMaker) -> None:
    made = [make_asset(title="One"), make_asset(title="=Two")]

    rows = assets.export_rows(client, made)

    assert [row["id"] for row in rows] == made
    assert b"'=Two" in to_csv(rows)


def test_history_tells_who_did_what_newest_first(client: Client, make_asset: AssetMaker) -> None:
    asset = make_asset(title="Old")
    assets.edit(client, asset, "New", "", assets.get(client, asset)["version"])

    told = [(event["action"], event["actor_name"]) for event in assets.history(client, asset)]

    assert told == [("asset.edited", "Stella Brandt"), ("asset.uploaded", "Stella Brandt")]


@pytest.mark.parametrize("step", [assets.facets, knowledge.find, staff.everyone])
def test_a_stranger_is_told_apart_from_nothing_found(people: dict[str, Person], step: Any) -> None:
    with pytest.raises(Forbidden) as refused:
        step(person_client(people["stranger"].access_token))

    assert refused.value.code == "not_staff"


def test_what_is_not_there_is_not_found(client: Client) -> None:
    for ask in (assets.get, knowledge.get):
        with pytest.raises(NotFound):
            ask(client, str(uuid.uuid4()))


def test_only_ops_change_the_team(client: Client, people: dict[str, Person]) -> None:
    with pytest.raises(Forbidden):
        staff.put(client, people["stranger"].user_id, "staff", "Silvan")

    ops = person_client(people["ops"].access_token)
    staff.put(ops, people["owner"].user_id, "staff", "Olga Marek")
    assert "Olga Marek" in {one["display_name"] for one in staff.everyone(client)}
    staff.remove(ops, people["owner"].user_id)
    assert "Olga Marek" not in {one["display_name"] for one in staff.everyone(client)}


def test_a_server_that_is_not_there_is_unavailable(
    people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mediaops.settings import get_settings

    token = people["staff"].access_token
    with monkeypatch.context() as away:
        away.setenv("SUPABASE_URL", "http://127.0.0.1:9")
        get_settings.cache_clear()
        with pytest.raises(Unavailable) as missing:
            assets.find(person_client(token), Filters())
    get_settings.cache_clear()

    assert isinstance(missing.value, MediaOpsError)
    assert missing.value.hint != ""
