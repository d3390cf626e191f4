from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import pytest

from mediaops.annotation.engines import EngineFailed, Reading, register
from mediaops.annotation.models import Kind, Result, parse_result
from mediaops.annotation.run import declare_failed, run_annotation
from mediaops.errors import Invalid, Unavailable
from tests.support import offered, png

SEEDS = count(70_000)
SIZE = {"width": 64, "height": 48}


class Reader:
    """An engine that reads whatever it is told to."""

    name = "told"
    model = "told-1"
    prompt_version = "1"
    kinds: frozenset[Kind] = frozenset({"ocr", "highlights"})

    def __init__(self) -> None:
        self.looks: list[list[str]] = []
        self.fails: Exception | None = None

    def read(self, source: Any, kinds: Sequence[Kind]) -> Reading:
        self.looks.append(sorted(kinds))
        assert source.stat().st_size > 0
        if self.fails:
            raise self.fails
        answers: dict[Kind, Result] = {
            "ocr": parse_result("ocr", {"text": "Zwetschgenkuchen", "lines": [], **SIZE}),
            "highlights": parse_result("highlights", {"passages": [], **SIZE}),
        }
        return Reading({kind: answers[kind] for kind in kinds}, seconds=0.1)


@pytest.fixture
def engine(db) -> Iterator[Reader]:
    made = Reader()
    register("told", lambda: made)
    with offered(db, "told"):
        yield made


@pytest.fixture
def requested(make_asset, people, engine):
    def request(*kinds: str) -> tuple[str, dict[str, str]]:
        # other bytes each time: what was read from the same bytes before is not read again
        asset = make_asset(content=png(seed=next(SEEDS)))
        answers = people["staff"].rpc(
            "request_annotations", p_assets=[asset], p_kinds=list(kinds), p_engine="told"
        )
        return asset, {answer["kind"]: answer["annotation"] for answer in answers}

    return request


def states(people, asset: str) -> dict[str, str]:
    answers = people["staff"].rpc("annotation_states", p_assets=[asset])
    return {answer["kind"]: answer["state"] for answer in answers}


def error_of(people, asset: str) -> dict[str, str]:
    return people["staff"].rpc("annotation_states", p_assets=[asset])[0]["error"]


def test_what_was_read_is_kept_and_found(requested, engine, service, people) -> None:
    asset, ids = requested("ocr")
    assert run_annotation(service, ids["ocr"]) == "done"
    annotation = people["staff"].rpc("get_asset", p_asset=asset)["annotations"][0]
    assert annotation["result"]["text"] == "Zwetschgenkuchen"
    assert annotation["model"] == "told-1"
    found = people["staff"].rpc("find_assets", p_query="zwetschgenkuchen")
    assert asset in [card["id"] for card in found["items"]]


def test_kinds_that_wait_together_are_read_in_one_look(requested, engine, service, people) -> None:
    asset, ids = requested("ocr", "highlights")
    assert run_annotation(service, ids["highlights"]) == "done"
    assert states(people, asset) == {"ocr": "done", "highlights": "done"}
    assert run_annotation(service, ids["ocr"]) == "done"
    assert engine.looks == [["highlights", "ocr"]]


def test_an_engine_that_can_not_answer_now_is_asked_again(requested, engine, service, people) -> None:
    asset, ids = requested("ocr")
    engine.fails = EngineFailed("It is overloaded.")
    with pytest.raises(Unavailable):
        run_annotation(service, ids["ocr"])
    assert states(people, asset) == {"ocr": "queued"}
    engine.fails = None
    assert run_annotation(service, ids["ocr"]) == "done"


def test_an_engine_that_fails_three_times_on_a_picture_is_not_asked_a_fourth_time(
    requested, engine, service, people
) -> None:
    asset, ids = requested("ocr")
    engine.fails = EngineFailed("It is overloaded.")
    for attempt in (1, 2):
        with pytest.raises(Unavailable):
            run_annotation(service, ids["ocr"], attempt=attempt)
    assert run_annotation(service, ids["ocr"], attempt=3) == "failed"
    assert error_of(people, asset) == {"code": "engine_failed", "message": "It is overloaded."}


def test_a_picture_that_can_not_be_read_fails_at_once_and_may_be_asked_again(
    requested, engine, service, people
) -> None:
    asset, ids = requested("ocr")
    engine.fails = Invalid("The picture is damaged.", code="image_broken")
    assert run_annotation(service, ids["ocr"]) == "failed"
    assert error_of(people, asset)["message"] == "The picture is damaged."
    again = people["staff"].rpc("request_annotations", p_assets=[asset], p_kinds=["ocr"], p_engine="told")[0]
    engine.fails = None
    assert run_annotation(service, again["annotation"]) == "done"


def test_a_fault_in_an_engine_is_a_failure_in_words_not_a_reading_that_runs_for_ever(
    requested, engine, service, people
) -> None:
    asset, ids = requested("ocr")
    engine.fails = ZeroDivisionError("division by zero")
    with pytest.raises(ZeroDivisionError):
        run_annotation(service, ids["ocr"])
    assert states(people, asset) == {"ocr": "failed"}
    assert "internal error" in error_of(people, asset)["message"]


def test_an_engine_that_this_worker_does_not_have_fails_by_name(make_asset, service, people, db) -> None:
    asset = make_asset()
    with offered(db, "nobody"):
        answer = people["staff"].rpc(
            "request_annotations", p_assets=[asset], p_kinds=["ocr"], p_engine="nobody"
        )[0]
    assert run_annotation(service, answer["annotation"]) == "failed"
    assert "nobody" in error_of(people, asset)["message"]


def test_a_picture_whose_object_is_gone_fails_with_that_reason(requested, engine, service, people) -> None:
    asset, ids = requested("ocr")
    service.storage.from_("media").remove([f"{asset[:2]}/{asset}/original"])
    assert run_annotation(service, ids["ocr"]) == "failed"
    assert error_of(people, asset)["code"] == "object_not_found"


def test_one_that_is_gone_is_nothing_to_do(service) -> None:
    assert run_annotation(service, "00000000-0000-0000-0000-000000000000") == "gone"


def test_one_that_kills_its_workers_is_declared_failed(requested, engine, service, people) -> None:
    asset, ids = requested("ocr")
    declare_failed(service, ids["ocr"])
    assert error_of(people, asset)["code"] == "worker_died"
