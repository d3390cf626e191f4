"""The power goes before or after any one request of a completion; then it is done again."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from supabase import create_client

from mediaops.errors import MediaOpsError, Rejected, Unavailable
from mediaops.uploads.completion import settle
from tests.unit.media import samples


class Killed(BaseException):
    """Nothing catches it, as nothing catches kill -9."""


@contextmanager
def dying_at(request: int, when: str) -> Iterator[list[int]]:
    """Before the ``request``-th request leaves, or after its answer came and nobody has read it."""
    sent = [0]
    send = httpx.Client.send

    def watched(self: httpx.Client, *args: Any, **kwargs: Any) -> httpx.Response:
        sent[0] += 1
        if sent[0] == request and when == "before":
            raise Killed
        response = send(self, *args, **kwargs)
        if sent[0] == request and when == "after":
            raise Killed
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "send", watched)
        yield sent


def outcome(attempt: Callable[[], Any]) -> str:
    try:
        return attempt().state
    except Rejected as refused:
        return refused.code


REQUESTS = {"good": 6, "bad": 7}
FILES = {"good": samples.jpeg(320, 240), "bad": samples.RENAMED_EXE}
ENDS = {"good": "ready", "bad": "not_an_image"}


@pytest.mark.parametrize("what", ["good", "bad"])
def test_the_number_of_requests_is_the_one_that_is_tried_below(uploads, what: str) -> None:
    ticket = uploads.sent(FILES[what])
    with dying_at(0, "never") as sent:
        outcome(lambda: uploads.complete(ticket, FILES[what]))
    assert sent[0] == REQUESTS[what]


# before the first request nothing has begun, so the worker knows nothing of it
POINTS = [
    (what, at + 1, when, by)
    for what in FILES
    for at in range(REQUESTS[what])
    for when in ("before", "after")
    for by in ("person", "worker")
    if (at, when, by) != (0, "before", "worker")
]


@pytest.mark.parametrize(("what", "request_", "when", "by"), POINTS)
def test_killed_anywhere_and_repeated_it_ends_the_same(
    uploads, final, what: str, request_: int, when: str, by: str
) -> None:
    data = FILES[what]
    ticket = uploads.sent(data)
    with dying_at(request_, when), pytest.raises(Killed):
        uploads.complete(ticket, data)
    again = (
        (lambda: uploads.complete(ticket, data))
        if by == "person"
        else (lambda: settle(uploads.service, ticket["id"]))
    )
    assert outcome(again) == ENDS[what]
    assert outcome(lambda: uploads.complete(ticket, data)) == ENDS[what]
    if what == "good":
        assert uploads.objects(ticket["id"]) == [final(ticket["id"])]
        assert uploads.bytes_at(final(ticket["id"])) == data
        assert uploads.jobs(ticket["id"]) == [("make_renditions", "todo")]
        assert _events(uploads, ticket["id"]) == ["asset.uploaded"]
    else:
        assert _events(uploads, ticket["id"]) == ["asset.rejected"]
        _nothing_is_left(uploads, ticket["id"])


def _events(uploads, asset: str) -> list[str]:
    return [event["action"] for event in uploads.person.rpc("asset_history", p_asset=asset)]


def _nothing_is_left(uploads, asset: str) -> None:
    """No object, or one that the outbox will delete now."""
    due = uploads.db.execute(
        "select path from media.object_deletions where asset = %s and due_at <= now()", [asset]
    )
    assert set(uploads.objects(asset)) <= {row[0] for row in due}


def test_storage_that_does_not_answer_is_an_error_to_retry_and_loses_nothing(uploads, stack, final) -> None:
    data = samples.jpeg()
    ticket = uploads.sent(data)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = create_client(f"http://127.0.0.1:{closed.getsockname()[1]}", stack.secret_key)
        there, uploads.service = uploads.service, away
        with pytest.raises(Unavailable) as told:
            uploads.complete(ticket, data)
    assert told.value.hint
    assert uploads.asset(ticket["id"])["state"] == "processing"
    uploads.service = there
    assert uploads.complete(ticket, data).state == "ready"
    assert uploads.objects(ticket["id"]) == [final(ticket["id"])]


@pytest.mark.parametrize("request_", range(2, REQUESTS["bad"] + 1))
def test_storage_going_away_in_the_middle_of_a_refusal_leaves_nothing_behind(uploads, request_: int) -> None:
    ticket = uploads.sent(FILES["bad"])
    with cut_off_from(request_):
        with pytest.raises(MediaOpsError) as told:
            uploads.complete(ticket, FILES["bad"])
        assert told.value.code in {"unavailable", "not_an_image"}
    assert outcome(lambda: settle(uploads.service, ticket["id"])) == "not_an_image"
    _nothing_is_left(uploads, ticket["id"])


@contextmanager
def cut_off_from(request: int) -> Iterator[None]:
    """From the ``request``-th request on, no connection can be made."""
    sent = 0
    send = httpx.Client.send

    def watched(self: httpx.Client, *args: Any, **kwargs: Any) -> httpx.Response:
        nonlocal sent
        sent += 1
        if sent >= request:
            raise httpx.ConnectError("refused")
        return send(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "send", watched)
        yield
