"""One clean-up from plan to report, under its own address. For ops."""

from __future__ import annotations

import streamlit as st

from mediaops.cleanup import plans
from mediaops.errors import NotFound
from mediaops.ui import cleanup_run, look, viewer
from mediaops.ui.places import CLEANUP


def page() -> None:
    if not viewer.person().is_ops:
        cleanup_run.for_ops()
        return
    st.page_link(CLEANUP.page(), label="Clean-up", icon=":material/arrow_back:")
    run = st.query_params.get("id", "")
    try:
        if not look.is_id(run):
            raise NotFound("There is no such plan.")
        found = plans.get(viewer.client(), run)
    except NotFound:
        look.empty(
            "help", "There is no such plan", "The address is not complete, or it is of another library."
        )
        return
    cleanup_run.show(found)


page()
