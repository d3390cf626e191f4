"""The moderators' queue: who gets what, what decisions do, what happens when something changed meanwhile."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.integration.database.actors import Actor, Maker, refused
from tests.integration.database.test_races import at_once
from tests.support import offered


def text(*sure: float) -> dict[str, Any]:
    lines = [{"id": n, "text": f"line {n}", "confidence": each} for n, each in enumerate(sure)]
    return {"text": "\n".join(line["text"] for line in lines), "lines": lines}


@pytest.fixture(autouse=True)
def nothing_waits(make: Maker) -> None:
    """What other tests had read is not in this queue."""
    make.db.execute(
        "update media.annotations set review_state = 'accepted' where review_state = 'unreviewed'"
    )


@pytest.fixture
def mo(make: Maker) -> Actor:
    return make.person("moderator", "Mo")


@pytest.fixture
def maja(make: Maker) -> Actor:
    return make.person("moderator", "Maja")


class Reading:
    """Makes answers to review."""

    def __init__(self, make: Maker, staff: Actor) -> None:
        self.make, self.staff = make, staff

    def __call__(self, result: dict[str, Any], kind: str = "ocr", asset: str | None = None) -> str:
        asset = asset or self.make.asset(self.staff)
        with offered(self.make.db, "test"):
            [asked] = self.staff.call(
                "request_annotations", p_assets=[asset], p_kinds=[kind], p_engine="test", p_force=True
            )
        self.make.service.call(
            "finish_annotation", p_annotation=asked["annotation"], p_result=result, p_seconds=1
        )
        return asked["annotation"]

    def asset(self, annotation: str) -> str:
        return str(self.make.one("select asset from media.annotations where id = %s", annotation))


@pytest.fixture
def read(make: Maker, staff: Actor) -> Reading:
    return Reading(make, staff)


def given(person: Actor, **arguments: Any) -> list[str]:
    return [item["annotation"] for item in person.call("claim_next_review", **arguments)]


def decide(person: Actor, annotation: str, decision: str = "accepted", **more: Any) -> dict[str, Any]:
    version = more.pop("p_version", "0")
    return person.call(
        "decide_review", p_annotation=annotation, p_decision=decision, p_version=version, **more
    )


def test_the_least_certain_comes_first(read: Reading, mo: Actor) -> None:
    sure, unsure, one_bad_line = read(text(0.99, 0.99)), read(text(0.4, 0.5)), read(text(0.99, 0.99, 0.2))
    caption = read({"alt_text": "A cat"}, "caption")

    assert given(mo, p_count=10) == [unsure, one_bad_line, caption, sure] or given(mo, p_count=10) == [
        unsure,
        caption,
        one_bad_line,
        sure,
    ]


@pytest.mark.parametrize(
    "result",
    [{}, {"lines": "none"}, {"lines": [{"confidence": "high"}]}, {"lines": [{"confidence": 17}]}, text()],
)
def test_any_answer_has_some_certainty(make: Maker, read: Reading, result: dict[str, Any]) -> None:
    annotation = read(result)
    assert 0 <= make.one("select uncertainty from media.annotations where id = %s", annotation) <= 1


def test_two_moderators_never_hold_the_same(read: Reading, mo: Actor, maja: Actor) -> None:
    made = {read(text(0.5)) for _ in range(12)}
    calls = [lambda person=person: given(person, p_count=3) for person in (mo, maja) * 1]

    first, second = at_once(*calls)

    assert not set(first) & set(second)
    rest = given(maja, p_count=10, p_skip=second)
    assert not set(rest) & set(first)
    assert {*first, *second, *rest} == made


def test_what_is_just_being_given_to_someone_is_passed_over_without_waiting(
    make: Maker, read: Reading, mo: Actor, maja: Actor
) -> None:
    one, other = read(text(0.1)), read(text(0.2))
    with psycopg.connect(make.url) as connection:
        [mine] = mo.call("claim_next_review", on=connection)
        assert mine["annotation"] == one
        # Mo's claim is not committed yet.
        assert given(maja) == [other]


def test_a_claim_ends_by_itself(make: Maker, read: Reading, mo: Actor, maja: Actor) -> None:
    annotation = read(text(0.5))
    assert given(mo) == [annotation]
    assert given(maja) == []
    make.db.execute("update media.annotations set claimed_until = now() - interval '1 second'")
    assert given(maja) == [annotation]

    [held] = mo.call("hold_reviews", p_annotations=[annotation])
    assert (held["held"], held["error"]["code"]) == (False, "stale")
    with refused("stale") as caught:
        decide(mo, annotation)
    assert "Maja" in caught.error.message
    assert decide(maja, annotation)["review_state"] == "accepted"


def test_holding_extends_and_releasing_gives_back(make: Maker, read: Reading, mo: Actor, maja: Actor) -> None:
    annotation = read(text(0.5))
    given(mo)
    make.db.execute(
        "update media.annotations set claimed_until = now() + interval '5 seconds' where claimed_by"
        " is not null"
    )
    assert mo.call("hold_reviews", p_annotations=[annotation])[0]["held"] is True
    left = make.one(
        "select claimed_until - now() > interval '4 minutes' from media.annotations where id = %s", annotation
    )
    assert left is True

    maja.call("release_reviews", p_annotations=[annotation])
    assert given(maja) == []
    mo.call("release_reviews", p_annotations=[annotation])
    assert given(maja) == [annotation]


def test_a_card_tells_whether_a_person_approved_what_was_read(
    make: Maker, read: Reading, mo: Actor, staff: Actor
) -> None:
    good, bad = read({"text": "qseen", "lines": []}), read({"text": "qblurred", "lines": []})

    def checked(annotation: str) -> bool | None:
        cards = make.one("select media.asset_cards(array[%s]::uuid[])", read.asset(annotation))
        return cards[0]["text_checked"]

    assert (checked(good), checked(bad)) == (False, False)
    decide(mo, good)
    decide(mo, bad, "rejected", p_reason="blurred")
    assert checked(good) is True
    assert checked(bad) is None, "nothing that counts is left to be shown"
    # A newer answer that nobody checked does not stand before the one that was approved.
    with offered(make.db, "other"):
        [asked] = staff.call(
            "request_annotations", p_assets=[read.asset(good)], p_kinds=["ocr"], p_engine="other"
        )
    again = asked["annotation"]
    make.service.call("finish_annotation", p_annotation=again, p_result={"text": "qnewer"}, p_seconds=1)
    assert checked(good) is True


def test_accepting_fixing_and_rejecting_stand_beside_the_answer(
    make: Maker, read: Reading, mo: Actor
) -> None:
    accepted, fixed, rejected = read(text(0.5)), read(text(0.5)), read(text(0.5))
    better = {"text": "better", "lines": [{"id": 0, "text": "better"}]}

    decide(mo, accepted, p_seconds=2.5)
    decide(mo, fixed, "fixed", p_result=better, p_difference={"lines_changed": 1})
    decide(mo, rejected, "rejected", p_reason="blurred")

    rows = make.db.execute(
        "select review_state, result ->> 'text', reviewed_result ->> 'text', reviewer::text"
        " from media.annotations where id = any (%s) order by review_state",
        [[accepted, fixed, rejected]],
    ).fetchall()
    assert rows == [
        ("accepted", "line 0", None, mo.user_id),
        ("fixed", "line 0", "better", mo.user_id),
        ("rejected", "line 0", None, mo.user_id),
    ]
    assert given(mo) == []
    assert make.actions(read.asset(fixed))[-1] == "annotation.reviewed"


def test_what_was_approved_is_what_the_search_finds(read: Reading, mo: Actor, staff: Actor) -> None:
    fixed, rejected = read({"text": "qwrongword", "lines": []}), read({"text": "qnonsense", "lines": []})
    decide(mo, fixed, "fixed", p_result={"text": "qrightword", "lines": []})
    decide(mo, rejected, "rejected", p_reason="no text there")

    def found(query: str) -> list[str]:
        return [item["id"] for item in staff.call("find_assets", p_query=query)["items"]]

    assert found("qrightword") == [read.asset(fixed)]
    assert found("qwrongword") == found("qnonsense") == []


def test_an_approved_caption_is_the_alt_text_of_a_picture_without_one(
    make: Maker, read: Reading, mo: Actor, staff: Actor
) -> None:
    own = make.asset(staff, p_alt_text="A person's words")
    first, second = read({"alt_text": "A harbour"}, "caption"), read({"alt_text": "Boats"}, "caption", own)

    assert decide(mo, first)["alt_text"] == "A harbour"
    assert decide(mo, second)["alt_text"] is None

    def alt(annotation: str) -> str:
        return make.one("select alt_text from media.assets where id = %s", read.asset(annotation))

    assert (alt(first), alt(second)) == ("A harbour", "A person's words")
    # Undone in the order of deciding, the last one first; only what the decision itself set goes again.
    mo.call("undo_review")
    mo.call("undo_review")
    assert (alt(first), alt(second)) == ("", "A person's words")


@pytest.mark.parametrize(
    ("decision", "more"),
    [
        ("maybe", {}),
        ("rejected", {}),
        ("rejected", {"p_reason": "  "}),
        ("rejected", {"p_reason": "x" * 501}),
        ("fixed", {}),
        ("fixed", {"p_result": []}),
        ("fixed", {"p_result": {"text": "no lines"}}),
        ("accepted", {"p_result": {"text": "", "lines": []}}),
    ],
)
def test_a_decision_that_is_none_is_refused(
    read: Reading, mo: Actor, decision: str, more: dict[str, Any]
) -> None:
    annotation = read(text(0.5))
    with refused("invalid"):
        decide(mo, annotation, decision, **more)
    assert given(mo) == [annotation]


def test_two_decisions_at_once_are_one(make: Maker, read: Reading, mo: Actor, maja: Actor) -> None:
    for _ in range(5):
        annotation = read(text(0.5))
        outcomes = at_once(
            lambda a=annotation: decide(mo, a),
            lambda a=annotation: decide(maja, a, "rejected", p_reason="no"),
        )
        refusals = [each for each in outcomes if isinstance(each, Exception)]
        assert len(refusals) == 1
        assert "it at" in str(refusals[0]), "says who decided what"
        assert make.one("select count(*) from media.reviews where annotation = %s", annotation) == 1


def test_what_happened_to_it_meanwhile_is_said(make: Maker, read: Reading, mo: Actor, staff: Actor) -> None:
    trashed, purging, again = read(text(0.5)), read(text(0.5)), read(text(0.5))
    given(mo, p_count=10)
    staff.call("trash_assets", p_assets=[read.asset(trashed), read.asset(purging)])
    make.db.execute("update media.assets set state = 'purging' where id = %s", [read.asset(purging)])
    read(text(0.6), asset=read.asset(again))

    for annotation, code in ((trashed, "asset_trashed"), (purging, "asset_purging"), (again, "stale")):
        with refused(code):
            decide(mo, annotation)
        [held] = mo.call("hold_reviews", p_annotations=[annotation])
        assert held["error"]["code"] == code
    assert len(given(mo, p_count=10)) == 1, "of the one that was read again, only the newer answer"


def test_the_last_decision_is_taken_back_with_what_was_made_of_it(
    read: Reading, mo: Actor, maja: Actor
) -> None:
    first, second = read(text(0.5)), read(text(0.6))
    better = {"text": "better", "lines": []}
    decide(mo, first)
    decide(mo, second, "fixed", p_result=better)

    undone = mo.call("undo_review")

    assert (undone["item"]["annotation"], undone["decision"], undone["reviewed_result"]) == (
        second,
        "fixed",
        better,
    )
    assert given(maja) == [], "it is Mo's again"
    with refused("stale"):
        decide(mo, second)
    assert undone["item"]["version"] == "2"
    decide(mo, second, p_version="2")
    mo.call("undo_review")
    assert mo.call("undo_review")["item"]["annotation"] == first
    with refused("not_found"):
        mo.call("undo_review")
    with refused("not_found"):
        maja.call("undo_review")


def test_the_last_decision_is_undone_once_however_often_it_is_asked(
    make: Maker, read: Reading, mo: Actor
) -> None:
    annotation = read(text(0.5))
    decide(mo, annotation)

    outcomes = at_once(*[lambda: mo.call("undo_review")] * 3)

    assert sum(not isinstance(each, Exception) for each in outcomes) == 1
    assert make.one("select review_revision from media.annotations where id = %s", annotation) == 2


def test_a_role_taken_away_ends_it_at_once(make: Maker, read: Reading, mo: Actor) -> None:
    annotation = read(text(0.5))
    given(mo)
    make.db.execute("update media.staff set role = 'staff' where user_id = %s", [mo.user_id])
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("claim_next_review", {}),
        ("hold_reviews", {"p_annotations": [annotation]}),
        ("decide_review", {"p_annotation": annotation, "p_decision": "accepted", "p_version": "0"}),
        ("undo_review", {}),
    )
    for function, arguments in calls:
        with refused("forbidden"):
            mo.call(function, **arguments)


def test_the_numbers_say_how_often_people_change_an_engine(make: Maker, read: Reading, mo: Actor) -> None:
    make.db.execute("update media.reviews set undone_at = now() where undone_at is null")
    made = [read(text(0.5)) for _ in range(5)]
    for annotation, seconds in zip(made[:3], (1, 2, 9), strict=True):
        decide(mo, annotation, p_seconds=seconds)
    decide(mo, made[3], "rejected", p_reason="no", p_seconds=4)
    mo.call("undo_review")

    stats = mo.call("review_stats")

    assert (stats["backlog"], stats["backlog_exact"], stats["mine_today"]) == (2, True, 3)
    assert stats["engines"] == [
        {
            "kind": "ocr",
            "engine": "test",
            "backlog": 2,
            "decided": 3,
            "accepted": 3,
            "fixed": 0,
            "rejected": 0,
            "median_seconds": 2.0,
        }
    ]


def test_the_kinds_asked_for_are_the_kinds_given(read: Reading, mo: Actor) -> None:
    read(text(0.5))
    caption = read({"alt_text": "A cat"}, "caption")
    assert given(mo, p_kinds=["caption"]) == [caption]
    with refused("invalid"):
        given(mo, p_kinds=["poetry"])
