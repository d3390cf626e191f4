"""Asking engines to read: which there are, one request, a batch over a filter, and what each engine said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from supabase import Client
from typing_extensions import TypedDict

from mediaops.annotation.models import Kind
from mediaops.client import rpc

BatchState = Literal["running", "done", "cancelled", "stopped"]
ItemState = Literal["planned", "asked", "done", "failed", "skipped", "cancelled"]
AT_ONCE = 4
MOST_ITEMS = 20_000
"""A batch takes the newest of what matches up to here."""


class Trouble(TypedDict):
    """Why something can't be done: what happened and what to do next."""

    code: str
    message: str
    hint: str


class Budget(TypedDict):
    """The month of an engine that costs money, in US dollars. ``monthly`` and ``left`` None: no limit."""

    monthly: float | None
    spent: float
    reserved: float
    open: float
    left: float | None
    resets_on: str


class EngineInfo(TypedDict):
    """An engine as the workers have it. ``expected``: US dollars an answer (a transcript by the minute)."""

    name: str
    available: bool
    reason: str
    models: dict[Kind, str]
    prompt_version: str
    paid: bool
    kinds: list[Kind]
    default_for: list[Kind]
    expected: dict[Kind, float]
    budget: Budget | None


class Asked(TypedDict):
    """What became of one request. ``note``: "answered before" or "already under way"."""

    asset: str
    kind: Kind
    ok: bool
    annotation: str | None
    state: str | None
    engine: str | None
    note: str | None
    error: Trouble | None


class EngineReading(TypedDict):
    """What one engine said of one kind: its newest ``answer``, and how the ``latest`` request to it stands.

    Both are annotations as ``get_asset`` gives them, ``latest`` without results. ``counts``: this engine's
    answer is what search and pages use.
    """

    kind: Kind
    engine: str
    answers: int
    answer: dict[str, Any] | None
    latest: dict[str, Any]
    counts: bool


class KindPreview(TypedDict):
    """One kind of a batch; ``engine`` None: nobody can do it."""

    kind: Kind
    engine: str | None
    model: str | None
    items: int
    expected_cost: float


class BatchPreview(TypedDict):
    """What a batch would ask. ``known`` were answered before and cost nothing; ``capped``: there are more."""

    items: int
    assets: int
    known: int
    capped: bool
    expected_cost: float
    kinds: list[KindPreview]
    refusal: Trouble | None
    budget: Budget | None


class Batch(TypedDict):
    """How a batch stands. ``items`` is the sum of the six counts; ``error`` says why it was stopped."""

    id: str
    state: BatchState
    kinds: list[Kind]
    choices: dict[Kind, dict[str, Any]]
    filter: dict[str, Any]
    language: str
    force: bool
    at_once: int
    items: int
    planned: int
    asked: int
    done: int
    failed: int
    skipped: int
    cancelled: int
    expected_cost: float
    cost: float
    error: Trouble | None
    requested_by: str | None
    requested_by_name: str | None
    requested_at: str
    finished_at: str | None
    seconds: float


class BatchItem(TypedDict):
    """What became of one asset and kind."""

    place: int
    asset: str
    title: str
    kind: Kind
    state: ItemState
    expected_cost: float
    annotation: str | None
    note: str | None
    error: Trouble | None
    settled_at: str | None


class BatchPage(Batch):
    """A batch with a page of its items; ``next`` is the ``after`` of the page that follows."""

    results: list[BatchItem]
    next: int | None


def engines(client: Client) -> list[EngineInfo]:
    """The engines the workers have, the preferred first; also those that are not set up, with the reason."""
    return cast(list[EngineInfo], rpc(client, "reading_engines"))


def request(
    client: Client,
    assets: Sequence[str],
    kinds: Sequence[Kind],
    *,
    engine: str | None = None,
    force: bool = False,
    language: str = "",
) -> list[Asked]:
    """Ask for readings; without ``engine`` the default of each kind. One outcome per asset and kind.

    ``force`` asks again what was answered before. ``language`` (BCP 47) is for captions and transcripts;
    empty leaves it to the picture or sound. An outcome's error is ``budget_exhausted``,
    ``unknown_engine``, ``engine_unavailable``, ``no_engine``, ``kind_not_supported``, ``unsupported_type``,
    ``asset_trashed``, ``asset_purging`` or ``not_found``.
    """
    return cast(
        list[Asked],
        rpc(
            client,
            "request_annotations",
            p_assets=list(assets),
            p_kinds=list(kinds),
            p_engine=engine,
            p_force=force,
            p_language=language,
        ),
    )


def readings(client: Client, asset: str) -> list[EngineReading]:
    """What every engine said about an asset, kind by kind, to be shown side by side."""
    return cast(list[EngineReading], rpc(client, "asset_readings", p_asset=asset))


def left_of(batch: str) -> dict[str, Any]:
    """The filter of all that did not come to an answer in a batch (failed, skipped, cancelled) nor since."""
    return {"batch": batch}


def batch_filter(conditions: Mapping[str, Any] | None = None, assets: Sequence[str] = ()) -> dict[str, Any]:
    """The filter of a batch from ``Filters.conditions()``, or from the assets a person selected."""
    asked = {name.removeprefix("p_"): value for name, value in (conditions or {}).items()}
    asked.pop("states", None)  # only what is ready can be read
    if assets:
        asked["assets"] = list(assets)
    return {name: value for name, value in asked.items() if value is not None}


def preview_batch(
    client: Client,
    kinds: Sequence[Kind],
    filter: Mapping[str, Any],
    *,
    engine: str | None = None,
    unread: bool = True,
    force: bool = False,
    language: str = "",
) -> BatchPreview:
    """Count and expected cost of a batch; nothing is asked. ``unread`` leaves out what was read already."""
    return cast(
        BatchPreview,
        rpc(client, "preview_batch", **_batch(kinds, filter, engine, unread, force, language)),
    )


def request_batch(
    client: Client,
    kinds: Sequence[Kind],
    filter: Mapping[str, Any],
    *,
    items: int,
    engine: str | None = None,
    unread: bool = True,
    force: bool = False,
    language: str = "",
    at_once: int = AT_ONCE,
) -> Batch:
    """Start the batch that a person saw as ``items`` readings.

    Raises ``stale`` when there are more by now, ``nothing_to_read``, ``budget_exhausted``,
    ``unknown_engine``, ``engine_unavailable``, ``no_engine`` or ``kind_not_supported``.
    """
    return cast(
        Batch,
        rpc(
            client,
            "request_batch",
            **_batch(kinds, filter, engine, unread, force, language),
            p_items=items,
            p_at_once=at_once,
        ),
    )


def _batch(
    kinds: Sequence[Kind],
    filter: Mapping[str, Any],
    engine: str | None,
    unread: bool,
    force: bool,
    language: str,
) -> dict[str, Any]:
    return {
        "p_kinds": list(kinds),
        "p_filter": dict(filter),
        "p_engine": engine,
        "p_unread": unread,
        "p_force": force,
        "p_language": language,
    }


def batch(
    client: Client, batch: str, *, states: Sequence[ItemState] | None = None, after: int = 0, limit: int = 100
) -> BatchPage:
    """A batch and a page of what became of its items (only ``states``). Raises ``not_found``."""
    wanted = list(states) if states is not None else None
    return cast(
        BatchPage,
        rpc(client, "get_batch", p_batch=batch, p_states=wanted, p_after=after, p_limit=limit),
    )


def batches(client: Client, limit: int = 20) -> list[Batch]:
    """Batches under way, then the newest."""
    return cast(list[Batch], rpc(client, "list_batches", p_limit=limit))


def cancel_batch(client: Client, batch: str) -> Batch:
    """Ask for no more; what is under way ends. A batch that ended already stays as it is."""
    return cast(Batch, rpc(client, "cancel_batch", p_batch=batch))
