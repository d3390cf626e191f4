"""Every table and every function of the schema, for every kind of caller: allowed and denied."""

from __future__ import annotations

from itertools import product
from typing import Any

import psycopg
import pytest

from tests.integration.database.actors import Actor, Maker, Refused
from tests.integration.database.matrix import (
    ACTORS,
    DENIED,
    FUNCTIONS,
    INTERNAL_FUNCTIONS,
    OK,
    SEES_ALL,
    SEES_NONE,
    SEES_OWN,
    TABLES,
    World,
)
from tests.integration.database.matrix_cleanup import fill
from tests.integration.database.matrix_engines import fill as fill_engines

OWN_ROWS = {
    "assets": "uploaded_by = %(user)s",
    "renditions": "asset in (select id from media.assets where uploaded_by = %(user)s)",
    "annotations": "asset in (select id from media.assets where uploaded_by = %(user)s)",
    "upload_tickets": "issued_to = %(user)s",
}


@pytest.fixture(scope="module")
def world(make: Maker, staff: Actor, owner: Actor, actors: dict[str, Actor]) -> World:
    """At least one row in every table, so that "sees none" means that the rows are hidden."""
    asset, other = make.asset(owner, "profile"), make.asset(staff)
    for each in (asset, other):
        facts = {"path": "x", "mime": "image/webp", "bytes": 1}
        make.service.call("save_rendition", p_asset=each, p_name="thumb", p_facts=facts)
    requested = staff.call("request_annotations", p_assets=[asset, other], p_kinds=["ocr"])
    answered = staff.call("request_annotations", p_assets=[asset, other], p_kinds=["highlights"])
    for each in answered:
        result = {"passages": []}
        make.service.call("finish_annotation", p_annotation=each["annotation"], p_result=result, p_seconds=1)
    decided = {"p_annotation": answered[1]["annotation"], "p_decision": "accepted", "p_version": "0"}
    actors["moderator"].call("decide_review", **decided)
    knowledge = make.knowledge()
    link = staff.call("link_assets", p_knowledge=knowledge, p_assets=[asset], p_placement="inline")[0]["link"]
    session = make.sha256()
    someone = make.person("staff")
    make.service.call(
        "session_put",
        p_id=session,
        p_user=someone.user_id,
        p_sealed="s",
        p_access_expires="2100-01-01",
        p_expires="2100-01-01",
    )
    run = make.one("insert into media.cleanup_runs (classes) values ('{unlinked}') returning id")
    make.db.execute(
        "insert into media.cleanup_items (run, class, asset) values (%s, 'unlinked', %s)", [run, asset]
    )
    scan = fill(make.db, asset, knowledge, str(run))
    return World(
        run=str(run),
        scan=scan,
        batch=fill_engines(make.db, asset),
        asset=asset,
        ticket=owner.call("issue_tickets", p_purpose="profile")[0]["id"],
        annotation=requested[0]["annotation"],
        answer=answered[0]["annotation"],
        knowledge=knowledge,
        link=link,
        deletion=make.one("select min(id) from media.object_deletions"),
        session=session,
        someone=str(someone.user_id),
    )


def outcome(
    actor: Actor, connection: psycopg.Connection[Any], function: str, arguments: dict[str, Any]
) -> str:
    """What the actor meets, and nothing of it stays."""
    try:
        with connection.transaction(force_rollback=True):
            actor.call(function, on=connection, **arguments)
    except psycopg.errors.InsufficientPrivilege:
        return DENIED
    except Refused as error:
        return error.code
    return OK


def refuses(actor: Actor, connection: psycopg.Connection[Any], statement: str) -> bool:
    try:
        with connection.transaction(force_rollback=True), actor.acting(connection):
            connection.execute(statement.encode())
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType):
        return True  # the latter: no view can be truncated
    return False


def test_every_table_and_view_is_in_the_matrix(make: Maker) -> None:
    rows = make.db.execute(
        "select relname from pg_class where relnamespace = 'media'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')"
    ).fetchall()
    assert {row[0] for row in rows} == set(TABLES)


def test_every_function_is_in_the_matrix(make: Maker) -> None:
    rows = make.db.execute(
        "select proname from pg_proc where pronamespace = 'media'::regnamespace"
    ).fetchall()
    names = [row[0] for row in rows]
    assert len(names) == len(set(names)), "an overloaded function could be called where another was meant"
    assert set(names) == set(FUNCTIONS) | set(INTERNAL_FUNCTIONS)
    assert not set(FUNCTIONS) & set(INTERNAL_FUNCTIONS)


@pytest.mark.parametrize(("table", "name"), list(product(TABLES, ACTORS)))
def test_selecting_shows_what_the_matrix_says(
    make: Maker, world: World, actors: dict[str, Actor], table: str, name: str
) -> None:
    actor, expected = actors[name], TABLES[table][name]
    total = make.one(f"select count(*) from media.{table}")
    assert total > 0
    try:
        with actor.acting(make.db):
            row = make.db.execute(f"select count(*) from media.{table}".encode()).fetchone()
            assert row is not None
            seen = row[0]
    except psycopg.errors.InsufficientPrivilege:
        assert expected == DENIED
        return
    if expected == SEES_OWN:
        own = f"select count(*) from media.{table} where {OWN_ROWS[table]}"
        row = make.db.execute(own.encode(), {"user": actor.user_id}).fetchone()
        assert row is not None
        assert 0 < seen == row[0] < total
    else:
        assert seen == {SEES_ALL: total, SEES_NONE: 0}.get(expected, "denied")


@pytest.mark.parametrize("command", ["insert", "update", "delete", "truncate"])
@pytest.mark.parametrize(("table", "name"), list(product(TABLES, ACTORS)))
def test_nobody_writes_a_table_directly(
    make: Maker, actors: dict[str, Actor], table: str, name: str, command: str
) -> None:
    column = make.one(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attgenerated = ''"
        " and attidentity = '' order by attname = 'id' limit 1",  # a view does not say that it is an identity
        f"media.{table}",
    )
    statement = {
        "insert": f"insert into media.{table} default values",
        "update": f"update media.{table} set {column} = {column}",
        "delete": f"delete from media.{table}",
        "truncate": f"truncate media.{table}",
    }[command]
    assert refuses(actors[name], make.db, statement)


@pytest.mark.parametrize(("function", "name"), list(product(FUNCTIONS, ACTORS)))
def test_calling_a_function_does_what_the_matrix_says(
    make: Maker, world: World, actors: dict[str, Actor], function: str, name: str
) -> None:
    rule = FUNCTIONS[function]
    assert outcome(actors[name], make.db, function, rule.arguments(world)) == rule.who[name]


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_no_role_may_execute_what_is_internal(make: Maker, role: str) -> None:
    rows = make.db.execute(
        "select proname from pg_proc where pronamespace = 'media'::regnamespace"
        " and has_function_privilege(%s, oid, 'execute')",
        [role],
    ).fetchall()
    assert {row[0] for row in rows} & set(INTERNAL_FUNCTIONS) == set()


def test_every_table_has_row_level_security(make: Maker) -> None:
    rows = make.db.execute(
        "select relname from pg_class where relnamespace in ('media'::regnamespace, 'procrastinate'::regnamespace)"
        " and relkind = 'r' and not relrowsecurity"
    ).fetchall()
    assert rows == []


def test_every_function_runs_with_an_empty_search_path(make: Maker) -> None:
    rows = make.db.execute(
        "select proname from pg_proc where pronamespace = 'media'::regnamespace"
        " and not coalesce(proconfig, '{}') @> array['search_path=\"\"']"
    ).fetchall()
    assert rows == []


def test_every_policy_names_its_command_and_roles(make: Maker) -> None:
    rows = make.db.execute(
        "select policyname from pg_policies where (schemaname = 'media' or policyname like 'media:%')"
        " and (cmd = 'ALL' or roles = '{public}')"
    ).fetchall()
    assert rows == []


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_no_role_of_the_api_reaches_the_jobs(make: Maker, role: str) -> None:
    assert make.one("select has_schema_privilege(%s, 'procrastinate', 'usage')", role) is False


def test_a_role_taken_away_is_gone_at_once(make: Maker) -> None:
    someone = make.person("moderator")
    assert outcome(someone, make.db, "find_assets", {}) == OK
    make.db.execute("delete from media.staff where user_id = %s", [someone.user_id])
    assert outcome(someone, make.db, "find_assets", {}) == "not_staff"
