"""One question, told to the database and to the API in the same words."""

from __future__ import annotations

from datetime import date

from mediaops.library.filters import Filters


def test_nothing_asked_is_what_is_ready() -> None:
    assert Filters().conditions() == {
        "p_query": None,
        "p_kinds": None,
        "p_states": ["ready"],
        "p_linked": None,
        "p_purposes": None,
        "p_uploaders": None,
        "p_from": None,
        "p_to": None,
        "p_min_bytes": None,
        "p_max_bytes": None,
    }
    assert Filters().parameters() == {"state": ["ready"], "sort": "newest"}
    assert not Filters(sort="title").narrowed


def test_a_day_is_meant_to_its_end() -> None:
    asked = Filters(day_from=date(2026, 11, 1), day_to=date(2026, 11, 30))

    assert asked.conditions()["p_from"] == "2026-11-01T00:00:00+00:00"
    assert asked.conditions()["p_to"] == "2026-12-01T00:00:00+00:00"
    assert asked.narrowed


def test_not_linked_is_a_condition_and_not_the_absence_of_one() -> None:
    assert Filters(linked=False).parameters()["linked"] == "false"
    assert Filters(linked=False).conditions()["p_linked"] is False
    assert "linked" not in Filters().parameters()
