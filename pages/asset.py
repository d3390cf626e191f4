"""One asset: large, with all that is known about it and all that can be done with it."""

from __future__ import annotations

import streamlit as st

from mediaops.annotation import requests
from mediaops.errors import NotFound
from mediaops.library import assets
from mediaops.ui import (
    asset_approved,
    asset_caption,
    asset_edit,
    asset_reading,
    asset_side,
    asset_transcript,
    asset_trash,
    asset_view,
    look,
    viewer,
)
from mediaops.ui.places import LIBRARY
from mediaops.ui.together import all_three

HISTORY_LINES = 20


def page() -> None:
    asset_id = st.query_params.get("id", "")
    client = viewer.client()
    st.page_link(LIBRARY.page(), label="Library", icon=":material/arrow_back:")
    try:
        if not look.is_id(asset_id):
            raise NotFound("There is no such asset.")
        detail, events, engines = all_three(
            lambda: assets.get(client, asset_id),
            lambda: assets.history(client, asset_id, None, HISTORY_LINES),
            lambda: requests.engines(client),
        )
    except NotFound:
        # Asked for something of it in the moment it went: that it is gone says all.
        st.session_state.pop("_said-bad", None)
        look.empty(
            "help", "There is no such asset", "It may have been removed, or the address is not complete."
        )
        return
    look.said()
    name = detail["asset"]["title"] or detail["asset"]["original_name"] or "Untitled"
    left, right = st.columns([2.5, 1], gap="medium")
    with left:
        look.heading(name)
        asset_side.badges(detail)
        asset_trash.banner(detail)
        asset_view.show(detail)
        asset_reading.panel(detail, engines)
        asset_caption.panel(detail)
        asset_transcript.panel(detail)
        asset_approved.panel(detail)
    with right:
        asset_edit.form(detail)
        asset_side.uses(detail, name)
        st.subheader("Facts", anchor=False)
        asset_side.facts(detail)
        st.subheader("History", anchor=False)
        asset_side.history(events)
        asset_side.to_trash(detail, name)


page()
