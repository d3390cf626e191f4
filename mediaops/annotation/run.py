"""Running one annotation: fetch the asset, have the engine look once, write down what it saw or why not."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from supabase import Client

from mediaops.annotation.engines import EngineBusy, EngineFailed, Reading, RemoteEngine, get_engine
from mediaops.annotation.engines.sending import reachable_from_outside
from mediaops.annotation.models import Kind
from mediaops.client import rpc
from mediaops.errors import Conflict, MediaOpsError, NotFound, Unavailable
from mediaops.settings import get_settings
from mediaops.storage import NotThere, fetch, sign_downloads

log = logging.getLogger(__name__)
TEMPORARY_PREFIX = "mediaops-read-"
ENGINE_ATTEMPTS, ATTEMPTS = 3, 12
URL_SECONDS = 900  # for the engine to load a picture from Storage
MOST_BYTES = 2**40  # what is at a final path passed its limit when it was verified


def run_annotation(service: Client, annotation: str, *, attempt: int = 1) -> str:
    """Bring an annotation to ``done`` or ``failed`` and answer that state; one that is there already stays.

    What can't be done for now is put back to ``queued`` and :class:`Unavailable` raised, for the queue to
    try again, until ``attempt`` (from 1) is the last that is worth it. Other kinds that wait for the same
    picture and engine are read in the same look.
    """
    try:
        task: dict[str, Any] = rpc(service, "start_annotation", p_annotation=annotation)
    except NotFound:
        return "gone"
    if task["state"] != "running":
        return str(task["state"])
    tasks = [task]
    try:
        tasks += _waiting_with(service, task)
        _read(service, tasks)
    except Unavailable as error:
        last = attempt >= _worth(error)
        for each in tasks:
            _fail(service, each, error, retry=not last)
        if last:
            return "failed"
        raise
    except MediaOpsError as error:
        for each in tasks:
            _fail(service, each, error, retry=False)
        return "failed"
    except Exception as error:
        # A fault of ours or of the engine. The person learns that it failed; the log keeps the rest.
        log.exception("annotation %s failed", annotation)
        told = MediaOpsError(f"The reading stopped with an internal error ({type(error).__name__}).")
        for each in tasks:
            _fail(service, each, told, retry=False)
        raise
    return "done"


def _worth(error: Unavailable) -> int:
    """Attempts: what failed on a picture three times will again; Storage and busy engines come back."""
    lasting = isinstance(error, EngineFailed) and not isinstance(error, EngineBusy)
    return ENGINE_ATTEMPTS if lasting else ATTEMPTS


def _waiting_with(service: Client, task: dict[str, Any]) -> list[dict[str, Any]]:
    """Reading text and finding highlights both begin with recognising the page; once is enough.

    The others' own jobs come all the same and find them done, or redo them should this worker die. Over the
    network each kind is a question of its own, asked by its own job beside this one.
    """
    if isinstance(get_engine(str(task["engine"])), RemoteEngine):
        return []
    started: list[dict[str, Any]] = []
    for sibling in cast(list[str], task.get("waiting") or []):
        other: dict[str, Any] = rpc(service, "start_annotation", p_annotation=sibling)
        if other["state"] == "running":
            started.append(other)
    return started


def _read(service: Client, tasks: Sequence[dict[str, Any]]) -> None:
    task = tasks[0]
    if task["asset_state"] != "ready":
        raise Conflict(
            "It was moved to the trash meanwhile.", code="asset_trashed", hint="Restore it, then ask again."
        )
    engine = get_engine(str(task["engine"]))
    kinds: list[Kind] = [cast(Kind, each["kind"]) for each in tasks]
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
        copy = Path(folder) / "original"
        _fetch(service, str(task["object_path"]), copy)
        began = time.monotonic()
        if isinstance(engine, RemoteEngine):
            reading = _ask(service, engine, task, copy)
        else:
            reading = engine.read(copy, kinds)
        seconds = round(time.monotonic() - began, 3)
    for each in tasks:
        result = reading[cast(Kind, each["kind"])]
        _finish(service, each, result.model_dump(mode="json"), seconds, reading, engine.model)


def _ask(service: Client, engine: RemoteEngine, task: dict[str, Any], copy: Path) -> Reading:
    path, url = str(task["object_path"]), None
    if task["asset_kind"] == "image" and reachable_from_outside(get_settings().supabase_url):
        url = sign_downloads(service, [path], URL_SECONDS).get(path)
    return engine.ask(
        copy,
        cast(Kind, task["kind"]),
        model=str(task["model"]),
        language=str(task["language"]),
        url=url,
    )


def _fetch(service: Client, path: str, target: Path) -> None:
    try:
        fetch(service, path, target, MOST_BYTES)
    except NotThere as error:
        raise NotFound("The picture's file is gone from Storage.", code="object_not_found") from error


def _finish(
    service: Client,
    task: dict[str, Any],
    result: dict[str, Any],
    seconds: float,
    reading: Reading,
    model: str,
) -> None:
    rpc(
        service,
        "finish_annotation",
        p_annotation=task["annotation"],
        p_result=result,
        p_seconds=seconds,
        p_tokens=reading.tokens,
        p_model=reading.model or model,
        p_cost=reading.cost,
    )


def _fail(service: Client, task: dict[str, Any], error: MediaOpsError, *, retry: bool) -> None:
    message = f"{error.message} {error.hint}".strip()
    rpc(
        service,
        "fail_annotation",
        p_annotation=task["annotation"],
        p_code=error.code,
        p_message=message,
        p_retry=retry,
        p_cost=getattr(error, "cost", None),
    )


def declare_failed(service: Client, annotation: str) -> None:
    """For a reading that takes its worker down every time."""
    rpc(
        service,
        "fail_annotation",
        p_annotation=annotation,
        p_code="worker_died",
        p_message="The reading stopped several times without an answer; the picture may be too much for it.",
        p_retry=False,
    )
