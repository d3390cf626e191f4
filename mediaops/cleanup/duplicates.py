"""Copies: groups of the same bytes, what looks alike, merging and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supabase import Client

from mediaops.client import rpc


def groups(client: Client, after: str | None = None, limit: int = 20, near: bool = True) -> dict[str, Any]:
    """A page of groups, each with the copy suggested to keep first."""
    return rpc(client, "duplicate_groups", p_after=after, p_limit=limit, p_near=near)


def near(client: Client, asset: str, limit: int = 12) -> list[dict[str, Any]]:
    """What looks like an asset: at most six of 64 bits of the perceptual hash differ."""
    return rpc(client, "near_duplicates", p_asset=asset, p_limit=limit)


def merge(client: Client, keep: str, others: Sequence[str]) -> dict[str, Any]:
    """Move everything of ``others`` to ``keep`` and trash them, in one transaction."""
    return rpc(client, "merge_duplicates", p_keep=keep, p_others=list(others))


def undo(client: Client, merge: str) -> dict[str, Any]:
    """Take a merge back as far as the copies are still there."""
    return rpc(client, "undo_merge", p_merge=merge)


def merges(client: Client, limit: int = 30) -> list[dict[str, Any]]:
    """What was merged, newest first."""
    return rpc(client, "list_merges", p_limit=limit)
