"""The caption and the alt text that an engine proposes, and taking the alt text over."""

from __future__ import annotations

from html import escape
from typing import cast

import streamlit as st

from mediaops.errors import Conflict
from mediaops.library import assets
from mediaops.library.models import AssetDetail
from mediaops.library.standing import answer, is_checked, standing
from mediaops.ui import look, viewer, words


def panel(detail: AssetDetail) -> None:
    """Nothing where no caption was read, or the only one was rejected."""
    caption = standing(detail["annotations"], "caption")
    if caption is None:
        return
    said = answer(caption)
    mark = look.badge("Checked", "good") if is_checked(caption) else look.badge("Not checked", "warn")
    proposed, text = str(said.get("alt_text") or "").strip(), str(said.get("caption") or "").strip()
    with st.container(border=True, gap="xsmall", key="asset-caption"):
        if proposed:
            _alt_text(detail, proposed, mark)
        if text:
            st.html(f'<div class="mo-reading" data-kind="caption-text"><b>Caption</b>{mark}</div>')
            st.html(f'<p class="mo-proposed" dir="auto">{escape(text)}</p>')
        if tags := cast(list[str], said.get("tags") or []):
            st.html(f'<div class="mo-badges">{"".join(look.badge(tag) for tag in tags)}</div>')


def _alt_text(detail: AssetDetail, proposed: str, mark: str) -> None:
    asset = detail["asset"]
    now = asset["alt_text"].strip()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<div class="mo-reading" data-kind="alt-text"><b>Alt text</b>{mark}'
            f"<small>{words.plural(len(proposed), 'character')}</small></div>",
            width="content",
        )
        if now == proposed:
            st.html('<p class="mo-subtle">This is its alt text.</p>', width="content")
        elif asset["state"] == "ready":
            label = "Use instead of its alt text" if now else "Use as alt text"
            if st.button(label, icon=":material/check:", key="use-alt-text"):
                _use(detail, proposed)
    st.html(f'<p class="mo-proposed" dir="auto">{escape(proposed)}</p>')


def _use(detail: AssetDetail, proposed: str) -> None:
    asset = detail["asset"]
    try:
        assets.edit(viewer.client(), asset["id"], asset["title"], proposed, detail["version"])
    except Conflict as error:
        st.session_state["_said-bad"] = f"{error.message} {error.hint}"
    else:
        st.session_state["_said"] = "It is the alt text now."
    st.rerun()
