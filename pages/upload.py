"""Upload: pictures go from here straight to Storage."""

from __future__ import annotations

from typing import cast

import streamlit as st

from mediaops.settings import get_settings
from mediaops.ui import bulk, look, reading_choice, viewer, words
from mediaops.ui.bulk_steps import start
from mediaops.ui.components import uploader
from mediaops.ui.places import link_to_asset
from mediaops.uploads import tickets
from mediaops.uploads.tickets import Purpose

PURPOSES: dict[Purpose, tuple[str, str]] = {
    "library": ("For the library", "Pictures to keep and to link to knowledge."),
    "annotation": (
        "Pages to be read",
        "Photos of book pages: read at once. One that is never linked goes away by itself.",
    ),
}


def page() -> None:
    look.heading(
        "Upload",
        "Pictures are made smaller here in the browser, lose their GPS data and go straight to Storage.",
    )
    purpose = cast(
        Purpose,
        st.segmented_control(
            "What for",
            list(PURPOSES),
            key="for",
            default="library",
            required=True,
            format_func=lambda name: PURPOSES[name][0],
            label_visibility="collapsed",
            bind="query-params",
        ),
    )
    st.caption(PURPOSES[purpose][1])
    settings = get_settings()
    result = uploader(
        key=f"upload-{purpose}",
        purpose=purpose,
        tickets=seeded(purpose),
        max_bytes=settings.mediaops_max_image_bytes,
        max_pixels=settings.mediaops_max_image_pixels,
        pool=settings.mediaops_ticket_pool,
        annotate=list(reading_choice.PAGE) if purpose == "annotation" else None,
    )
    done = {
        upload["asset"]: upload["name"]
        for upload in result.uploads
        if upload["state"] == "done" and upload["asset"]
    }
    if done:
        finished(cast("dict[str, str]", done))


def seeded(purpose: Purpose) -> list[tickets.Ticket]:
    """The tickets this tab starts with. The same on every rerun: the component fetches more by itself."""
    key = f"_tickets-{purpose}"
    if key not in st.session_state:
        st.session_state[key] = tickets.issue(viewer.client(), purpose, get_settings().mediaops_ticket_pool)
    return st.session_state[key]


def finished(done: dict[str, str]) -> None:
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(f"{words.plural(len(done), 'new asset')}")
        if st.button("Link to knowledge", icon=":material/add_link:"):
            start(bulk.link_dialog, list(done), done)
    for asset, name in done.items():
        link_to_asset(asset, look.plain(name), icon=":material/image:")


page()
