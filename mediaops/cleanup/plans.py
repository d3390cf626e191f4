"""Plan, look, confirm, run, report. What only ops may do raises ``forbidden`` for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from supabase import Client

from mediaops.cleanup.models import Item, ItemPage, NextAutomatic, Policy, PolicyChange, Run, RunPage
from mediaops.client import rpc

PORTION_ITEMS = 5000


def plan(
    client: Client,
    classes: Sequence[str],
    *,
    action: str = "trash",
    min_age_days: float | None = None,
    min_bytes: int | None = None,
    max_items: int = 1_000_000,
    assets: Sequence[str] | None = None,
    paths: Sequence[str] | None = None,
) -> Run:
    """Freeze what is orphaned now. ``action`` is ``trash`` or ``purge``; nothing happens yet.

    A large one comes back ``planning``: a worker makes the rest of it.
    """
    return cast(
        Run,
        rpc(
            client,
            "plan_cleanup",
            p_classes=list(classes),
            p_action=action,
            p_min_age_days=min_age_days,
            p_min_bytes=min_bytes,
            p_max_items=max_items,
            p_assets=None if assets is None else list(assets),
            p_paths=None if paths is None else list(paths),
        ),
    )


def get(client: Client, run: str) -> Run:
    """A plan or run as it stands. Raises ``not_found``."""
    return cast(Run, rpc(client, "get_run", p_run=run))


def runs(client: Client, after: str | None = None, limit: int = 30) -> RunPage:
    """Plans and runs, newest first."""
    return cast(RunPage, rpc(client, "list_runs", p_after=after, p_limit=limit))


def items(
    client: Client, run: str, states: Sequence[str] | None = None, after: int | None = None, limit: int = 100
) -> ItemPage:
    """A page of a plan's items; ``states`` may hold ``excluded`` too."""
    wanted = list(states) if states else None
    return cast(ItemPage, rpc(client, "run_items", p_run=run, p_states=wanted, p_after=after, p_limit=limit))


def all_items(client: Client, run: str, states: Sequence[str] | None = None) -> Iterator[Item]:
    """Every item, read in portions: for downloads."""
    after: int | None = None
    while True:
        page = items(client, run, states, after, PORTION_ITEMS)
        yield from page["items"]
        after = page["next"]
        if after is None:
            return


def exclude(client: Client, run: str, item_ids: Sequence[int], excluded: bool = True) -> Run:
    """Take items out of a plan that has not begun, or back in."""
    return cast(Run, rpc(client, "exclude_items", p_run=run, p_items=list(item_ids), p_excluded=excluded))


def start(client: Client, run: str, count: int | None = None) -> Run:
    """Begin; over 100 items ``count`` must be how many. Raises ``confirm_count``, ``run_state``."""
    return cast(Run, rpc(client, "start_run", p_run=run, p_count=count))


def pause(client: Client, run: str) -> Run:
    """Hold it after the batch under way."""
    return cast(Run, rpc(client, "pause_run", p_run=run))


def resume(client: Client, run: str) -> Run:
    """Go on, in the caller's name."""
    return cast(Run, rpc(client, "resume_run", p_run=run))


def stop(client: Client, run: str) -> Run:
    """End it for good, or throw a plan away."""
    return cast(Run, rpc(client, "stop_run", p_run=run))


def retry(client: Client, run: str, item_ids: Sequence[int] | None = None) -> Run:
    """The failed items once more: all of them, or these. Raises ``run_state`` where none of them failed."""
    items = None if item_ids is None else list(item_ids)
    return cast(Run, rpc(client, "retry_run", p_run=run, p_items=items))


def policies(client: Client) -> list[Policy]:
    """The policy of each class."""
    return cast(list[Policy], rpc(client, "policies"))


def set_policy(
    client: Client, class_: str, *, grace_days: float, retention_days: float, mode: str, version: str
) -> Policy:
    """Change a policy that the caller saw as ``version``. Raises ``stale``."""
    return cast(
        Policy,
        rpc(
            client,
            "set_policy",
            p_class=class_,
            p_grace_days=grace_days,
            p_retention_days=retention_days,
            p_mode=mode,
            p_version=version,
        ),
    )


def policy_history(client: Client, class_: str | None = None, limit: int = 50) -> list[PolicyChange]:
    """Who changed what, newest first."""
    return cast("list[PolicyChange]", rpc(client, "policy_history", p_class=class_, p_limit=limit))


def next_automatic(client: Client) -> NextAutomatic:
    """When the schedule cleans up next, and what it would do as things stand."""
    return cast(NextAutomatic, rpc(client, "next_automatic"))
