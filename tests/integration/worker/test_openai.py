"""Real workers that ask over the network, against a server that answers as the API of OpenAI does."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from mediaops.annotation import requests
from mediaops.annotation.publish import described
from mediaops.settings import Settings
from tests import openai_api
from tests.openai_api import OpenAIServer, Reply, says
from tests.support import png

SEEDS = count(70_000)
CAPTION = {"alt_text": "A small picture.", "caption": "", "tags": ["test"], "language": "en"}


@pytest.fixture
def api() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    server.always = says(CAPTION)
    yield server
    server.close()


@pytest.fixture
def start(workers, api, service, db) -> Iterator[Any]:
    """Starts a worker that has a key; afterwards nobody has one and nothing was spent."""

    def go(**settings: str) -> Any:
        return workers.start(
            openai_api_key=openai_api.KEY,
            openai_base_url=api.url,
            mediaops_worker_stalled_seconds="3",
            **settings,
        )

    yield go
    workers.end()
    local = described(Settings(openai_api_key=""))  # pyright: ignore[reportCallIssue]
    service.schema("media").rpc("publish_engines", {"p_engines": local}).execute()
    db.execute("delete from media.reading_batches; delete from media.engine_costs")
    db.execute("delete from media.annotations where engine = 'openai'")


@pytest.fixture
def picture(make_asset) -> Any:
    """A picture of its own bytes."""
    return lambda: make_asset(content=png(seed=next(SEEDS)))


def asked(people, *assets: str, **arguments: Any) -> list[requests.Asked]:
    return requests.request(people["staff"].client, assets, ["caption"], **arguments)


def latest(people, asset: str) -> dict[str, Any]:
    [reading] = requests.readings(people["staff"].client, asset)
    return reading["latest"] | {"result": (reading["answer"] or {}).get("result")}


def ended(people, asset: str) -> bool:
    return latest(people, asset)["state"] in ("done", "failed")


def test_a_worker_with_a_key_publishes_its_engine_and_reads_with_it(
    start, api, people, picture, eventually
) -> None:
    start()
    engines = {engine["name"]: engine for engine in requests.engines(people["staff"].client)}
    assert set(engines) >= {"local", "openai"}
    assert engines["openai"]["default_for"] == ["caption", "highlights", "ocr", "transcript"]
    budget = engines["openai"]["budget"]
    assert budget
    assert (budget["monthly"], budget["spent"], budget["reserved"]) == (50, 0, 0)
    asset = picture()
    assert asked(people, asset)[0]["engine"] == "openai"
    eventually(lambda: ended(people, asset))
    told = latest(people, asset)
    assert (told["state"], told["model"], told["prompt_version"]) == ("done", openai_api.DATED, "1")
    assert told["result"]["alt_text"] == "A small picture."
    assert told["tokens"] == {"input": 3000, "output": 1000}
    assert told["cost"] == pytest.approx(0.018)
    assert told["seconds"] > 0
    spent = requests.engines(people["staff"].client)[0]["budget"]
    assert spent
    assert (spent["spent"], spent["reserved"]) == (pytest.approx(0.018), 0)
    assert asked(people, asset)[0]["note"] == "answered before"
    assert len(api.asked) == 1


def test_a_busy_service_is_asked_again_not_before_it_said(
    start, api, people, picture, db, eventually
) -> None:
    start()
    api.replies.append(openai_api.error(429, "rate_limit_exceeded", "Slow down.", retry_after="600"))
    asset = picture()
    annotation = asked(people, asset)[0]["annotation"]

    def due_in() -> Any:
        return db.execute(
            "select extract(epoch from scheduled_at - now()) from procrastinate.procrastinate_jobs"
            " where args ->> 'annotation' = %s and status = 'todo' and attempts = 1",
            [annotation],
        ).fetchone()

    [seconds] = eventually(due_in)
    assert 590 <= seconds <= 760
    told = latest(people, asset)
    assert (told["state"], told["error"]["code"]) == ("queued", "engine_rate_limited")
    db.execute(
        "update procrastinate.procrastinate_jobs set scheduled_at = now() where args ->> 'annotation' = %s",
        [annotation],
    )
    eventually(lambda: ended(people, asset))
    assert latest(people, asset)["state"] == "done"
    assert len(api.asked) == 2


def test_a_refusal_is_final_and_what_bad_answers_cost_is_counted(
    start, api, people, picture, eventually
) -> None:
    start()
    refused, invalid = picture(), picture()
    api.replies.append(openai_api.refuses("I can't help with that."))
    asked(people, refused)
    eventually(lambda: ended(people, refused))
    told = latest(people, refused)
    assert (told["state"], told["error"]["code"], told["attempts"]) == ("failed", "engine_refused", 1)
    api.always = openai_api.cut_off("{")
    asked(people, invalid)
    eventually(lambda: ended(people, invalid), 60)
    told = latest(people, invalid)
    assert (told["state"], told["error"]["code"], told["attempts"]) == ("failed", "answer_cut_off", 3)
    assert told["cost"] == pytest.approx(3 * 0.018)
    budget = requests.engines(people["staff"].client)[0]["budget"]
    assert budget
    assert (budget["spent"], budget["reserved"]) == (pytest.approx(4 * 0.018), 0)


def test_the_budget_of_the_settings_stops_new_requests(start, api, people, picture) -> None:
    start(mediaops_openai_budget_usd="0.01")
    [refused] = asked(people, picture())
    assert refused["error"]
    assert refused["error"]["code"] == "budget_exhausted"
    assert "begins anew on" in refused["error"]["hint"]
    assert api.asked == []


def test_a_batch_outlives_its_killed_worker_and_never_asks_for_more_at_once_than_it_may(
    start, api, people, picture, db, eventually
) -> None:
    def slow(_: openai_api.Asked) -> Reply:
        return Reply(says(CAPTION).body, seconds=0.3)

    api.always = slow
    first = start()
    assets = [picture() for _ in range(8)]
    staff = people["staff"].client
    wanted = requests.batch_filter(assets=assets)
    look = requests.preview_batch(staff, ["caption"], wanted)
    assert (look["items"], look["refusal"]) == (8, None)
    assert look["expected_cost"] > 0
    batch = requests.request_batch(staff, ["caption"], wanted, items=look["items"], at_once=2)["id"]
    eventually(lambda: len(api.asked) >= 3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    people["staff"].rpc("trash_assets", p_assets=[_planned(db, batch)])
    start()
    eventually(lambda: requests.batch(staff, batch)["finished_at"], 60)
    told = requests.batch(staff, batch)
    assert (told["state"], told["done"], told["skipped"], told["failed"]) == ("done", 7, 1, 0)
    assert [item["error"]["code"] for item in told["results"] if item["error"]] == ["asset_trashed"]
    assert api.most_at_once <= 3, "two, and one that the killed worker had asked for"


def test_a_picture_that_went_to_the_trash_meanwhile_is_not_paid_for(
    start, api, people, picture, eventually
) -> None:
    start().send_signal(signal.SIGSTOP)
    asset = picture()
    asked(people, asset)
    people["staff"].rpc("trash_assets", p_assets=[asset])
    start()
    eventually(lambda: ended(people, asset))
    assert latest(people, asset)["error"]["code"] == "asset_trashed"
    assert api.asked == []


def _planned(db, batch: str) -> str:
    return str(
        db.execute(
            "select asset from media.reading_batch_items where batch = %s and state = 'planned'"
            " order by place desc limit 1",
            [batch],
        ).fetchone()[0]
    )
