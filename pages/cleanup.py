"""Clean-up: plan, look, confirm, run, report. For ops."""

from __future__ import annotations

from typing import Final

import streamlit as st

from mediaops.cleanup import orphans, plans
from mediaops.errors import NotFound
from mediaops.ui import (
    cleanup_new,
    cleanup_night,
    cleanup_policies,
    cleanup_run,
    cleanup_runs,
    look,
    viewer,
)
from mediaops.ui.places import CLEANUP

VIEWS: Final = {"new": "New plan", "runs": "Plans and runs", "policies": "Policies"}


def page() -> None:
    person = viewer.person()
    if not person.is_ops:
        look.heading("Clean-up")
        look.empty(
            "cleaning_services",
            "Cleaning up is for ops",
            f"Your role is {person.role}. Ask someone of ops for what should go; Team shows who they are.",
        )
    elif "run" in st.query_params:
        one(st.query_params["run"])
    else:
        everything()


def one(run: str) -> None:
    st.page_link(CLEANUP.page(), label="Clean-up", icon=":material/arrow_back:")
    try:
        if not look.is_id(run):
            raise NotFound("There is no such plan.")
        found = plans.get(viewer.client(), run)
    except NotFound:
        cleanup_run.missing()
        return
    cleanup_run.show(found)


def everything() -> None:
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
