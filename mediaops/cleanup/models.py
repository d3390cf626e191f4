"""What the clean-up functions answer. Times are ISO 8601, sizes bytes."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

OrphanClass = Literal[
    "unlinked",
    "expired_annotation",
    "duplicate",
    "abandoned_upload",
    "ghost_object",
    "broken_asset",
    "stale_rendition",
]
CLASSES: tuple[OrphanClass, ...] = (
    "unlinked",
    "expired_annotation",
    "duplicate",
    "abandoned_upload",
    "ghost_object",
    "broken_asset",
    "stale_rendition",
)
ROW_CLASSES: tuple[OrphanClass, ...] = CLASSES[:3]
Mode = Literal["automatic", "manual", "report"]
RunState = Literal["planning", "planned", "running", "paused", "stopped", "done"]
ItemState = Literal["planned", "done", "skipped", "failed"]

Policy = TypedDict(
    "Policy",
    {
        "class": OrphanClass,
        "grace_days": float,
        "retention_days": float,
        "mode": Mode,
        "version": str,
        "updated_at": str,
        "updated_by_name": str | None,
    },
)
ClassSummary = TypedDict(
    "ClassSummary",
    {
        "class": OrphanClass,
        "source": Literal["rows", "scan"],
        "count": int,
        "bytes": int,
        "oldest": str | None,
        "waiting": int | None,
        "exact": bool,
        "as_of": str | None,
        "policy": Policy,
    },
)


class Scan(TypedDict):
    """A look through Storage; ``expected`` is an estimate of what there is to see."""

    id: str
    kind: Literal["objects", "bytes"]
    state: Literal["running", "done", "stopped", "failed"]
    phase: Literal["objects", "rows", "bytes"]
    seen: int
    expected: int
    found: int
    started_by_name: str | None
    started_at: str
    seen_at: str
    finished_at: str | None
    seconds: float
    error: str | None


class Trash(TypedDict):
    """``due``: past its retention, goes with the next automatic purge."""

    count: int
    bytes: int
    due: int
    oldest: str | None


class Summary(TypedDict):
    """All classes at a glance, in a fixed order."""

    classes: list[ClassSummary]
    scan: Scan | None
    trash: Trash


Orphan = TypedDict(
    "Orphan",
    {
        "class": OrphanClass,
        "id": str,
        "asset": dict[str, Any] | None,
        "path": str | None,
        "bytes": int,
        "since": str,
        "facts": dict[str, Any],
    },
)


class OrphanPage(TypedDict):
    """``next`` is what the following page is asked with; None at the end."""

    items: list[Orphan]
    next: str | None


class Run(TypedDict):
    """A plan and how far it is. ``ok``: None until it ended, false when anything failed or was stopped.

    ``count`` and ``bytes`` are of all items, ``by_class`` and the counts of outcomes of those not excluded.
    """

    id: str
    state: RunState
    classes: list[str]
    action: Literal["trash", "purge"]
    automatic: bool
    options: dict[str, Any]
    by_class: list[dict[str, Any]]
    reason: str | None
    planned_by_name: str | None
    planned_at: str
    confirmed_by_name: str | None
    started_at: str | None
    finished_at: str | None
    count: int
    bytes: int
    excluded: int
    excluded_bytes: int
    planned: int
    done: int
    skipped: int
    failed: int
    done_bytes: int
    ok: bool | None
    needs_count: bool
    seconds: float | None


Item = TypedDict(
    "Item",
    {
        "id": int,
        "class": str,
        "action": Literal["trash", "purge", "merge", "delete"],
        "asset": str | None,
        "path": str | None,
        "title": str,
        "reason": dict[str, Any],
        "bytes": int,
        "since": str | None,
        "state": ItemState,
        "excluded": bool,
        "keep": str | None,
        "outcome": str | None,
        "outcome_code": str | None,
        "touched_at": str | None,
        "thumb_path": str | None,
        "thumbhash": str | None,
    },
)


class ItemPage(TypedDict):
    """Items of a plan in its order."""

    items: list[Item]
    next: int | None


class RunPage(TypedDict):
    """Runs, newest first."""

    items: list[Run]
    next: str | None


class TrashedLink(TypedDict):
    """Where an asset in the trash was used, and whether it could come back there; ``why`` it could not."""

    knowledge: str
    knowledge_title: str
    placement: Literal["cover", "inline"]
    fits: bool
    why: str | None


class TrashDetail(TypedDict):
    """How an asset came into the trash. ``run``: the clean-up that put it there."""

    asset: str
    trashed_at: str
    purge_after: str
    trashed_by_name: str | None
    run: str | None
    merged_into: str | None
    links: list[TrashedLink]


class Trashed(TrashDetail):
    """The same with what the list shows of the asset itself."""

    id: str
    kind: str
    title: str
    original_name: str
    bytes: int
    thumb_path: str | None


class TrashTotals(TypedDict):
    """``due``: past its retention; ``held_by``: an automatic run that must end before the next begins.

    ``purging`` assets are on their way out; of ``refused`` ones Storage did not delete an object so far.
    """

    count: int
    bytes: int
    due: int
    next_purge_at: str
    held_by: str | None
    purging: int
    refused: int
    last_error: str | None


class TrashPage(TypedDict):
    """``next`` is what the following page is asked with; None at the end."""

    items: list[Trashed]
    next: str | None
    totals: TrashTotals


class Due(TypedDict):
    """Assets in the trash whose time is over."""

    count: int
    bytes: int
    held_by: str | None


Automatic = TypedDict(
    "Automatic",
    {
        "class": OrphanClass,
        "action": Literal["trash", "delete"],
        "count": int,
        "bytes": int,
        "held_by": str | None,
    },
)


class NextAutomatic(TypedDict):
    """What the schedule does next, as things stand now."""

    at: str
    classes: list[Automatic]
    trash: Due


PolicyChange = TypedDict(
    "PolicyChange",
    {"at": str, "actor_name": str, "class": OrphanClass, "before": dict[str, Any], "after": dict[str, Any]},
)


class Outcome(TypedDict):
    """What became of one asset of a call on many."""

    asset: str
    ok: bool
    note: str | None
    error: dict[str, str] | None
