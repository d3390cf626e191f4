"""Clean-up: what the schedule will do, new plans, those that were, and the policies. For ops."""

from __future__ import annotations

from typing import Final

import streamlit as st

from mediaops.cleanup import orphans
from mediaops.ui import cleanup_new, cleanup_night, cleanup_policies, cleanup_run, cleanup_runs, look, viewer
from mediaops.ui.places import RUN

VIEWS: Final = {"new": "New plan", "runs": "Plans and runs", "policies": "Policies"}


def page() -> None:
    if not viewer.person().is_ops:
        cleanup_run.for_ops()
        return
    if run := st.query_params.get("run"):
        st.switch_page(RUN.page(), query_params={"id": run})
    look.heading("Clean-up", "Plan, look, confirm, run, report: nothing that is used is ever taken.")
    look.said()
    cleanup_night.notice()
    view = st.segmented_control(
        "View",
        list(VIEWS),
        key="view",
        default="new",
        required=True,
        format_func=lambda name: VIEWS[name],
        label_visibility="collapsed",
        bind="query-params",
    )
    with st.container(width=960):
        if view == "runs":
            cleanup_runs.listing()
        elif view == "policies":
            cleanup_policies.listing()
        else:
            cleanup_new.form(orphans.summary(viewer.client()))


page()
