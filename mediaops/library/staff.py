"""Who works here and what they may do."""

from __future__ import annotations

from typing import cast

from supabase import Client

from mediaops.client import rpc
from mediaops.library.models import Staff


def everyone(client: Client) -> list[Staff]:
    """All staff. Raises ``not_staff`` for others."""
    return cast(list[Staff], rpc(client, "staff_list"))


def put(client: Client, user_id: str, role: str, display_name: str | None = None) -> None:
    """Give or change a role; without a name the one that is there stays. Ops only."""
    rpc(client, "set_staff", p_user=user_id, p_role=role, p_display_name=display_name)


def remove(client: Client, user_id: str) -> None:
    """Take the role away; the account stays. Ops only; the last ops can't be removed."""
    rpc(client, "remove_staff", p_user=user_id)
