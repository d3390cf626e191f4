"""The fixtures that every other test stands on."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from supabase import Client

from tests.support import AssetMaker, Person


@pytest.mark.parametrize("role", ["staff", "moderator", "ops"])
def test_team_members_have_their_role(people: dict[str, Person], role: str) -> None:
    assert people[role].rpc("whoami")["role"] == role


@pytest.mark.parametrize("role", ["stranger", "owner"])
def test_other_people_have_none(people: dict[str, Person], role: str) -> None:
    assert people[role].rpc("whoami")["role"] is None


def test_an_asset_has_its_object(make_asset: AssetMaker, people: dict[str, Person], service: Client) -> None:
    asset = make_asset(title="Pine cone", content=b"bytes of a pine cone")
    facts = people["staff"].rpc("get_asset", p_asset=asset)["asset"]
    assert (facts["state"], facts["title"]) == ("ready", "Pine cone")
    assert service.storage.from_("media").download(facts["object_path"]) == b"bytes of a pine cone"


@pytest.mark.parametrize("state", ["processing", "trashed"])
def test_an_asset_can_be_in_another_state(
    make_asset: AssetMaker, people: dict[str, Person], state: str
) -> None:
    asset = make_asset(state=state)
    assert people["staff"].rpc("get_asset", p_asset=asset)["asset"]["state"] == state


def test_no_job_is_left_for_the_worker_of_another_test(
    make_asset: AssetMaker, db: psycopg.Connection[Any]
) -> None:
    asset = make_asset()
    left = db.execute(
        "select count(*) from procrastinate.procrastinate_jobs where args ->> 'asset' = %s", [asset]
    ).fetchone()
    assert left == (0,)
