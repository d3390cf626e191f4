"""Seeing what is orphaned, keeping what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from supabase import Client

from mediaops.cleanup.models import Orphan, OrphanClass, OrphanPage, Outcome, Scan, Summary
from mediaops.client import rpc

MOST_NAMED = 200


def summary(client: Client) -> Summary:
    """Every class with count, bytes and oldest; the newest scan; the trash."""
    return cast(Summary, rpc(client, "orphan_summary"))


def trend(client: Client, weeks: int = 12) -> list[dict[str, Any]]:
    """Count and bytes of each class at the end of each week, oldest first."""
    return rpc(client, "orphan_trend", p_weeks=weeks)


def breakdown(client: Client) -> dict[str, list[dict[str, Any]]]:
    """``cells`` by class, age, size and kind; ``weeks`` by the week since which they are orphans."""
    return rpc(client, "orphan_breakdown")


def find(
    client: Client,
    class_: OrphanClass,
    *,
    sort: str = "oldest",
    min_age_days: float | None = None,
    max_age_days: float | None = None,
    min_bytes: int | None = None,
    max_bytes: int | None = None,
    kinds: Sequence[str] | None = None,
    uploaders: Sequence[str] | None = None,
    waiting: bool = False,
    after: str | None = None,
    limit: int = 60,
) -> OrphanPage:
    """A page of orphans of a class; ``waiting`` shows also those within their grace. The least age is
    included, the greatest is not."""
    return cast(
        OrphanPage,
        rpc(
            client,
            "list_orphans",
            p_class=class_,
            p_sort=sort,
            p_min_age_days=min_age_days,
            p_max_age_days=max_age_days,
            p_min_bytes=min_bytes,
            p_max_bytes=max_bytes,
            p_kinds=list(kinds) if kinds else None,
            p_uploaders=list(uploaders) if uploaders else None,
            p_waiting=waiting,
            p_after=after,
            p_limit=limit,
        ),
    )


def named(client: Client, class_: OrphanClass, ids: Sequence[str]) -> list[Orphan]:
    """Those of ``ids`` (of assets, or paths where a scan found them) that still are orphans of the class, in
    the order asked for."""
    found: dict[str, Orphan] = {}
    for start in range(0, len(ids), MOST_NAMED):
        page = cast(
            OrphanPage,
            rpc(
                client,
                "list_orphans",
                p_class=class_,
                p_waiting=True,
                p_ids=list(ids[start : start + MOST_NAMED]),
                p_limit=MOST_NAMED,
            ),
        )
        found |= {item["id"]: item for item in page["items"]}
    return [found[each] for each in dict.fromkeys(ids) if each in found]


def graph(client: Client, *, knowledge: str | None = None, asset: str | None = None) -> dict[str, Any]:
    """``nodes`` and ``edges`` around an entry or an asset."""
    return rpc(client, "link_graph", p_knowledge=knowledge, p_asset=asset)


def keep(client: Client, assets: Sequence[str], reason: str) -> list[Outcome]:
    """Mark false positives for good."""
    return rpc(client, "keep_assets", p_assets=list(assets), p_reason=reason)


def unkeep(client: Client, assets: Sequence[str]) -> list[Outcome]:
    """Take the mark away."""
    return rpc(client, "unkeep_assets", p_assets=list(assets))


def kept(client: Client, after: str | None = None, limit: int = 60) -> dict[str, Any]:
    """A page of what is kept, with reasons, newest first."""
    return rpc(client, "list_kept", p_after=after, p_limit=limit)


def recover(client: Client, paths: Sequence[str]) -> list[dict[str, Any]]:
    """Make assets of abandoned uploads and of originals without an asset; the worker completes them."""
    return rpc(client, "recover_uploads", p_paths=list(paths))


def remake_renditions(client: Client, assets: Sequence[str]) -> list[Outcome]:
    """Make lost renditions again."""
    return rpc(client, "remake_renditions", p_assets=list(assets))


def start_scan(client: Client, kind: str = "objects", seconds: int | None = None) -> Scan:
    """Begin to look through Storage, or answer the scan that runs. For ops."""
    return cast(Scan, rpc(client, "start_scan", p_kind=kind, p_seconds=seconds))


def stop_scan(client: Client, scan: str) -> Scan:
    """End a scan; what it found so far is forgotten. For ops."""
    return cast(Scan, rpc(client, "stop_scan", p_scan=scan))


def scan_status(client: Client, kind: str = "objects") -> Scan | None:
    """The newest scan of a kind."""
    return cast("Scan | None", rpc(client, "scan_status", p_kind=kind))
