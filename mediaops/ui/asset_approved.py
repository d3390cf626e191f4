"""What can be taken away from an asset once it is checked: its caption, its text and highlights as files."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from mediaops.library import approved
from mediaops.library.models import AssetDetail
from mediaops.library.standing import answer, is_checked, standing
from mediaops.ui import look


def panel(detail: AssetDetail) -> None:
    """Under the readings. Nothing for what was never read."""
    _caption(detail)
    if any(each["state"] == "done" and each["kind"] != "transcript" for each in detail["annotations"]):
        _download(detail)


def _caption(detail: AssetDetail) -> None:
    caption = standing(detail["annotations"], "caption")
    if caption is None:
        return
    said = answer(caption)
    text = str(said.get("caption") or said.get("alt_text") or "")
    mark = look.badge("Checked", "good") if is_checked(caption) else look.badge("Not checked", "warn")
    st.html(
        f'<div class="mo-reading" data-kind="caption-text"><b>Caption</b>{mark}'
        f"<small>{escape(text)}</small></div>"
    )


def _download(detail: AssetDetail) -> None:
    page = approved.approved(detail)
    if page.empty:
        st.caption("Text and highlights can be exported once a moderator has checked them.")
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
