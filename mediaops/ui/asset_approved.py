"""What can be taken away from an asset once it is checked: its text and highlights as files."""

from __future__ import annotations

import re

import streamlit as st

from mediaops.library import approved
from mediaops.library.models import AssetDetail


def panel(detail: AssetDetail) -> None:
    """Under the readings. Nothing for what was never read."""
    if any(each["state"] == "done" for each in detail["annotations"]):
        _download(detail)


def _download(detail: AssetDetail) -> None:
    page = approved.approved(detail)
    if page.empty:
        st.caption("What was read can be exported once a moderator has checked it.")
        return
    name = re.sub(r"[^\w-]+", "-", page.title).strip("-")[:60] or "page"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Export what is checked", width="content")
        for label, content, ending, mime in (
            ("Markdown", approved.to_markdown(page), "md", "text/markdown"),
            ("JSON", approved.to_json(page), "json", "application/json"),
            ("CSV", approved.to_table(page), "csv", "text/csv"),
        ):
            st.download_button(
                label, content, f"{name}.{ending}", mime, key=f"export-{ending}", on_click="ignore"
            )
