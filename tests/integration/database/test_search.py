"""Searching: words wherever they stand, and nothing typed that makes it fail."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest

from tests.integration.database.actors import Actor, Maker
from tests.integration.database.test_find import ids, pages


@pytest.mark.parametrize(
    "query", ["!!!", "& | ! ( ) : * <->", "'", "\\", "\"'\\:*&|!", "%_%", "---", "\\' \\\\", "…—«»"]
)
def test_a_search_of_only_signs_matches_nothing_and_says_so(staff: Actor, query: str) -> None:
    answer = staff.call("find_assets", p_query=query)
    assert answer == {"items": [], "next": None, "query_ignored": True}
    assert staff.call("count_assets", p_query=query) == {"count": 0, "exact": True}


@pytest.mark.parametrize(
    "query",
    ["x" * 10_000, "word " * 2_000, "a" * 199 + "'", "foo:* & bar | !baz", "'; drop table media.assets; --",
     "\u202eevil", "\U0001f389", "ﬁ ẞ İ ǅ", "1=1", "%s %% {} $1", "@2900", "a\tb\nc"],
)  # fmt: skip
def test_no_search_fails_whatever_is_in_it(staff: Actor, query: str) -> None:
    assert "query_ignored" not in staff.call("find_assets", p_query=query)


@pytest.mark.parametrize("query", [None, "", "   ", "\n\t"])
def test_an_empty_search_is_no_search(make: Maker, query: str | None) -> None:
    person = make.person("staff")
    asset = make.asset(person)
    assert ids(person.call("find_assets", p_query=query, p_uploaders=[person.user_id])) == [asset]


@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({"p_title": "Thinking, Fast & Slow"}, "slow thinking"),
        ({"p_title": "Thinking, Fast & Slow"}, "fast sl"),
        ({"p_alt_text": "A page with yellow marker"}, "MARKER"),
        ({"p_original_name": "IMG_20260301-final.v2.HEIC"}, "final v2"),
        ({"p_original_name": "IMG_20260301-final.v2.HEIC"}, "img_20260301-final.v2.heic"),
        ({"p_title": "Crème brûlée à Gdańsk"}, "creme brulee a gdansk"),
        ({"p_title": "smørrebrød"}, "Smorrebrod"),
        ({"p_title": "Преступление и наказание"}, "преступ"),
        ({"p_title": "ﬁnal ｆｕｌｌ"}, "final full"),
        ({"p_title": "한국어 제목"}, "한국"),
        ({"p_title": "it's o'clock"}, "it's o'cl"),
    ],
)
def test_words_are_found_wherever_they_stand(make: Maker, given: dict[str, Any], query: str) -> None:
    person = make.person("staff")
    named: dict[str, Any] = dict(given)
    asset = make.asset(person, **named)
    assert ids(person.call("find_assets", p_query=query, p_uploaders=[person.user_id])) == [asset]


def test_every_word_must_be_there_and_only_the_last_may_be_unfinished(make: Maker) -> None:
    person = make.person("staff")
    asset = make.asset(person, p_title="Deliberate practice")

    def find(query: str) -> list[str]:
        return ids(person.call("find_assets", p_query=query, p_uploaders=[person.user_id]))

    assert find("deliberate prac") == [asset]
    assert find("prac deliberate") == []
    assert find("deliberate theory") == []
    assert find("practice deliberate ") == [asset]


def test_what_was_read_and_what_uses_it_is_searched_and_forgotten_with_it(make: Maker, staff: Actor) -> None:
    asset, entry, mark = make.asset(staff), make.knowledge("Zettelkasten"), uuid.uuid4().hex

    def found(query: str) -> bool:
        return asset in ids(staff.call("find_assets", p_query=query, p_limit=200))

    requested = staff.call("request_annotations", p_assets=[asset], p_kinds=["ocr"])[0]["annotation"]
    assert not found(mark)
    make.service.call(
        "finish_annotation", p_annotation=requested, p_result={"text": f"read {mark}"}, p_seconds=1
    )
    assert found(f"read {mark}")
    made = staff.call("link_assets", p_knowledge=entry, p_assets=[asset], p_placement="inline")[0]["link"]
    assert found(f"{mark} zettel")
    make.knowledge("Renamed", entry)
    assert not found(f"{mark} zettel")
    assert found(f"{mark} renamed")
    staff.call("unlink", p_link=made)
    assert not found(f"{mark} renamed")
    make.db.execute("update media.annotations set review_state = 'rejected' where id = %s", [requested])
    assert not found(mark)


def test_a_common_word_pages_through_years_without_loss(make: Maker, staff: Actor) -> None:
    mark = f"w{uuid.uuid4().hex[:12]}"
    made = make.one(
        "with made as (insert into media.assets (id, kind, state, purpose, object_path, title, created_at)"
        " select gen_random_uuid(), 'image', 'ready', 'library', 'x', %s,"
        # Most of them in two bursts, years apart.
        " now() - interval '4 years' * round(random()) - interval '40 days' * random()"
        " from generate_series(1, 9000) returning id) select array_agg(id::text) from made",
        mark,
    )
    make.db.execute("analyze media.assets")
    for sort in ("newest", "oldest"):
        visited = [
            asset for page in pages(staff, p_query=mark, p_limit=200, p_sort=sort) for asset in ids(page)
        ]
        assert len(visited) == 9000
        assert set(visited) == set(made)
    make.db.execute("update media.assets set state = 'trashed' where id = any (%s)", [made])
    assert staff.call("count_assets", p_query=mark, p_states=["trashed"]) == {"count": 9000, "exact": True}


def test_a_word_of_long_ago_is_found_behind_many_newer_rows(make: Maker, staff: Actor) -> None:
    rows = (
        "insert into media.assets (id, kind, state, purpose, object_path, words, created_at)"
        " select gen_random_uuid(), (array['image', 'sound'])[1 + n % 2], 'ready', 'library', 'x', {words}::tsvector,"
        " now() - interval '{age}' - n * interval '1 second' from generate_series(1, {count}) as n"
    )
    with psycopg.connect(make.url) as connection:
        # Without triggers, and taken back afterwards: it is about the look-up only.
        connection.execute("set local session_replication_role = replica")
        connection.execute(rows.format(words="'newer'", age="1 day", count=32_000).encode())
        connection.execute(rows.format(words="'ancient'", age="2 years", count=9_000).encode())
        connection.execute("set local session_replication_role = origin")
        connection.execute("analyze media.assets")
        for kinds in (["image", "sound"], ["sound"]):
            for sort, order in (("newest", "created_at desc, id desc"), ("largest", "bytes desc, id desc")):
                expected = connection.execute(
                    "select id::text from media.assets where words @@ 'ancient' and kind = any (%s)"
                    f" order by {order} limit 120".encode(),
                    [kinds],
                ).fetchall()
                arguments: dict[str, Any] = {"p_query": "ancient", "p_kinds": kinds, "p_sort": sort}
                first = staff.call("find_assets", on=connection, **arguments)
                second = staff.call("find_assets", on=connection, p_after=first["next"], **arguments)
                assert ids(first) + ids(second) == [row[0] for row in expected]
        connection.rollback()
