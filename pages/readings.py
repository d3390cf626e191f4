"""Readings of many assets at once: how they go, what became of each, what the month still allows."""

from __future__ import annotations

import streamlit as st

from mediaops.errors import NotFound
from mediaops.ui import look, reading_batches


def page() -> None:
    batch = st.query_params.get("id", "")
    look.links()
    if not batch:
        look.heading("Readings", "Many assets read at once.")
        reading_batches.everything()
        return
    reading_batches.back()
    try:
        if not look.is_id(batch):
            raise NotFound("There is no such batch.")
        reading_batches.one(batch)
    except NotFound:
        look.empty("help", "There is no such batch", "The address may not be complete.")


page()
