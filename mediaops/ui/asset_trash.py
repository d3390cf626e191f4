"""What an asset's page says while it lies in the trash or is on its way out: why nothing can be changed."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.cleanup import trash
from mediaops.cleanup.models import TrashedLink
from mediaops.library import assets
from mediaops.library.models import AssetDetail
from mediaops.ui import viewer, words
from mediaops.ui.places import link_to_asset


def banner(detail: AssetDetail) -> None:
    """Above the picture. Nothing for what is in the library."""
    asset = detail["asset"]
    if asset["state"] == "purging":
        st.warning(
            "It is being removed for good; it can't be brought back.", icon=":material/delete_forever:"
        )
    if asset["state"] != "trashed":
        return
    found = trash.details(viewer.client(), [asset["id"]])
    since = words.when(asset["trashed_at"], st.context.timezone)
    who = found[0]["trashed_by_name"] if found else None
    zone = st.context.timezone
    with st.container(border=True, gap="xsmall", key="mo-in-trash"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="mo-row-trashed"):
            by = f" by {who}" if who else " by the schedule"
            st.html(
                f'<p class="mo-in-trash"><b>In the trash since {escape(since)}'
                f"{escape(by)}.</b> It can be looked at, not changed. "
                f"It goes for good by itself from {escape(words.day(asset['purge_after'], zone))}.</p>",
                width="stretch",
            )
            if st.button(
                "Restore", icon=":material/restore_from_trash:", type="primary", key="asset-restore"
            ):
                _restore(asset["id"])
        if found and found[0]["merged_into"]:
            link_to_asset(found[0]["merged_into"], "It was merged into this copy", icon=":material/merge:")
        if found and found[0]["links"]:
            rows = "".join(f"<li>{_use(link)}</li>" for link in found[0]["links"])
            st.html(f'<ul class="mo-outcomes">{rows}</ul>')


def _use(link: TrashedLink) -> str:
    what = "Was cover of" if link["placement"] == "cover" else "Was in"
    back = "would come back" if link["fits"] else f"would not come back: {link['why']}"
    return f"{what} <b>“{escape(link['knowledge_title'])}”</b>, {escape(back)}"


def _restore(asset: str) -> None:
    outcome = assets.restore(viewer.client(), [asset])[0]
    problem = outcome["error"]
    if problem:
        st.session_state["_said-bad"] = f"{problem['message']} {problem['hint']}"
    else:
        note = f" {outcome['note']}." if outcome["note"] else ""
        st.session_state["_said"] = f"It is back in the library.{note}"
    st.rerun()
