"""What runs beside the library: sessions, objects to delete, jobs, the team, the bucket's policies."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mediaops.migrations import DIRECTORY
from tests.integration.database.actors import Actor, Maker, refused

SOON = "2100-01-01T00:00:00Z"


def put_session(make: Maker, expires: str = SOON) -> str:
    session = make.sha256()
    make.service.call(
        "session_put",
        p_id=session,
        p_user=make.person().user_id,
        p_sealed="sealed",
        p_access_expires=SOON,
        p_expires=expires,
    )
    return session


def test_one_of_many_tabs_refreshes_a_session(make: Maker) -> None:
    session = put_session(make)
    with ThreadPoolExecutor(6) as pool:
        claims = [
            pool.submit(make.service.call, "session_claim_refresh", p_id=session, p_version=1)
            for _ in range(6)
        ]
    assert sorted(claim.result() for claim in claims) == [False] * 5 + [True]
    update = {"p_id": session, "p_sealed": "newer", "p_access_expires": SOON, "p_version": 1}
    assert make.service.call("session_update", **update) is True
    assert make.service.call("session_update", **update) is False, "the version it saw is gone"
    found = make.service.call("session_get", p_id=session)
    assert (found["sealed"], found["version"]) == ("newer", 2)
    assert make.service.call("session_claim_refresh", p_id=session, p_version=1) is False
    assert make.service.call("session_claim_refresh", p_id=session, p_version=2) is True


def test_a_session_that_was_dropped_or_ended_is_not_there(make: Maker) -> None:
    dropped, ended = put_session(make), put_session(make)
    make.service.call("session_drop", p_id=dropped)
    make.db.execute("update media.sessions set expires = now() - interval '1 second' where id = %s", [ended])
    for session in (dropped, ended):
        assert make.service.call("session_get", p_id=session) is None
        assert make.service.call("session_claim_refresh", p_id=session, p_version=1) is False


def test_a_removed_account_has_no_session_left(make: Maker) -> None:
    session = put_session(make)
    make.db.execute(
        "delete from auth.users where id = (select user_id from media.sessions where id = %s)", [session]
    )
    assert make.service.call("session_get", p_id=session) is None


def due(make: Maker) -> dict[str, dict[str, Any]]:
    return {each["path"]: each for each in make.service.call("due_object_deletions", p_limit=1000)}


def test_an_object_leaves_the_outbox_only_when_it_is_gone(make: Maker, staff: Actor) -> None:
    asset = make.upload(staff)
    path = f"incoming/{asset}"
    make.db.execute("insert into storage.objects (bucket_id, name) values ('media', %s)", [path])
    make.service.call("reject_upload", p_asset=asset, p_code="x", p_message="x")
    assert make.jobs("delete_objects") != []
    first = due(make)[path]
    assert path not in due(make), "it is taken for a while"
    make.service.call("object_deletion_failed", p_id=first["id"], p_error="Storage is down")
    make.db.execute("update media.object_deletions set due_at = now() where id = %s", [first["id"]])
    again = due(make)[path]
    assert again["attempts"] == first["attempts"] + 1
    make.service.call("object_deletions_done", p_ids=[again["id"]])
    make.db.execute("update media.object_deletions set due_at = now() where asset = %s", [asset])
    assert path in due(make), "what a late upload may have written is looked for after its right ended"


def test_what_storage_does_not_have_is_struck_off(make: Maker, staff: Actor) -> None:
    asset = make.upload(staff)
    make.service.call("reject_upload", p_asset=asset, p_code="x", p_message="x")
    make.db.execute("update media.object_deletions set due_at = now() where asset = %s", [asset])
    due(make)
    assert make.one("select count(*) from media.object_deletions where asset = %s", asset) == 0


def test_two_workers_never_take_the_same_deletion(make: Maker, staff: Actor) -> None:
    paths = [f"incoming/{uuid.uuid4()}" for _ in range(60)]
    for path in paths:
        make.db.execute("insert into storage.objects (bucket_id, name) values ('media', %s)", [path])
        make.db.execute("insert into media.object_deletions (path, reason) values (%s, 'test')", [path])
    with ThreadPoolExecutor(6) as pool:
        taken = [each for got in pool.map(lambda _: list(due(make)), range(12)) for each in got]
    assert sorted(path for path in taken if path in set(paths)) == sorted(paths)


def test_a_job_exists_only_if_what_it_is_about_was_committed(make: Maker, staff: Actor) -> None:
    ticket = staff.call("issue_tickets", p_purpose="library")[0]["id"]
    with psycopg.connect(make.url) as connection:
        connection.execute("select 1")  # begins the transaction that the call is a part of
        staff.call(
            "begin_upload",
            on=connection,
            p_ticket=ticket,
            p_original_name="a",
            p_original_bytes=1,
            p_original_sha256=make.sha256(),
        )
        connection.rollback()
    assert make.jobs(ticket) == []
    assert make.state(ticket) is None


def test_the_job_tables_are_those_of_the_installed_procrastinate() -> None:
    package = files("procrastinate").joinpath("sql/schema.sql").read_text()
    ours = next(Path(DIRECTORY).glob("*_jobs.sql")).read_text()
    copied = ours.split("-- >>> procrastinate/sql/schema.sql\n")[1].split("\n-- <<<")[0]
    assert copied.strip() == package.strip()


def test_the_last_person_of_ops_stays(make: Maker) -> None:
    ops, other = make.person("ops"), make.person("ops")
    with psycopg.connect(make.url) as connection:
        connection.execute(
            "delete from media.staff where role = 'ops' and user_id <> all (%s)",
            [[ops.user_id, other.user_id]],
        )
        ops.call("set_staff", on=connection, p_user=other.user_id, p_role="moderator", p_display_name=None)
        with refused("last_ops"), connection.transaction():
            ops.call("remove_staff", on=connection, p_user=ops.user_id)
        with refused("last_ops"), connection.transaction():
            ops.call("set_staff", on=connection, p_user=ops.user_id, p_role="staff", p_display_name=None)
        ops.call("remove_staff", on=connection, p_user=other.user_id)
        listed = {row["user_id"]: row["role"] for row in ops.call("staff_list", on=connection)}
        assert listed[ops.user_id] == "ops"
        assert other.user_id not in listed
        connection.rollback()


def test_roles_are_given_to_accounts_that_exist(make: Maker) -> None:
    ops = make.person("ops")
    with refused("not_found"):
        ops.call("set_staff", p_user=str(uuid.uuid4()), p_role="staff", p_display_name="Nobody")
    with refused("invalid"):
        ops.call("set_staff", p_user=make.person().user_id, p_role="king", p_display_name=None)
    with refused("not_found"):
        make.service.call("bootstrap_staff", p_email="nobody@example.org")


def uploads(actor: Actor, make: Maker, name: str) -> bool:
    """Whether Storage would sign an upload to this path for the actor: it tries the insert and takes it back."""
    try:
        with make.db.transaction(force_rollback=True), actor.acting(make.db):
            make.db.execute(
                "insert into storage.objects (bucket_id, name, owner_id) values ('media', %s, %s) returning *",
                [name, actor.user_id],
            )
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def test_uploading_goes_only_to_the_path_of_an_own_open_ticket(make: Maker, staff: Actor) -> None:
    ticket = staff.call("issue_tickets", p_purpose="library")[0]["id"]
    assert uploads(staff, make, f"incoming/{ticket}")
    for name in (
        f"incoming/{uuid.uuid4()}",
        "incoming/x",
        f"incoming/{ticket}/x",
        f"{ticket[:2]}/{ticket}/original",
        ticket,
    ):
        assert not uploads(staff, make, name)
    assert not uploads(make.person("ops"), make, f"incoming/{ticket}")
    assert not uploads(make.anon, make, f"incoming/{ticket}")
    make.db.execute("update media.upload_tickets set expires_at = now() where id = %s", [ticket])
    assert not uploads(staff, make, f"incoming/{ticket}")


@pytest.mark.parametrize(
    ("who", "sees"), [("staff", True), ("owner", True), ("stranger", False), ("anon", False)]
)
def test_objects_are_seen_by_staff_and_by_who_uploaded_them(
    make: Maker, actors: dict[str, Actor], owner: Actor, who: str, sees: bool
) -> None:
    asset = make.asset(owner, "profile")
    name = f"{asset[:2]}/{asset}/thumb"
    make.db.execute("insert into storage.objects (bucket_id, name) values ('media', %s)", [name])
    with actors[who].acting(make.db):
        rows = make.db.execute("select 1 from storage.objects where name = %s", [name]).fetchall()
        changed = make.db.execute("update storage.objects set name = 'x' where name = %s", [name]).rowcount
    assert (bool(rows), changed) == (sees, 0)
