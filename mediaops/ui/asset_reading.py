"""What was asked to be read from an asset and how that stands; the picture itself shows what is under way."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from mediaops.library import assets
from mediaops.library.models import Annotation, AssetDetail
from mediaops.ui import look, viewer, words
from mediaops.ui.bulk import READ_KINDS

_STATES: Final[dict[str, tuple[str, look.Tone]]] = {
    "queued": ("Queued", "warn"),
    "running": ("Reading", "accent"),
    "done": ("Read", "good"),
    "failed": ("Failed", "bad"),
}
_CHECKS: Final[dict[str, tuple[str, look.Tone]]] = {
    "unreviewed": ("Not checked", "warn"),
    "accepted": ("Checked", "good"),
    "fixed": ("Corrected", "good"),
    "rejected": ("Rejected", "bad"),
}


def panel(detail: AssetDetail) -> None:
    """Under the picture: one line for each kind, and the button that asks. Only pictures can be read."""
    asset = detail["asset"]
    if asset["kind"] != "image" or asset["state"] not in ("ready", "trashed"):
        return
    newest: dict[str, Annotation] = {}
    for annotation in detail["annotations"]:
        newest.setdefault(annotation["kind"], annotation)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if newest:
            st.html("".join(_line(annotation) for annotation in newest.values()), width="content")
        else:
            st.html('<p class="mo-subtle">Nobody asked yet what stands in it.</p>', width="content")
        if asset["state"] == "ready":
            _ask(asset["id"], newest)


def _line(annotation: Annotation) -> str:
    says, tone = _STATES[annotation["state"]]
    more = ""
    if annotation["state"] == "done":
        took = f"in {annotation['seconds']:.1f} s · " if annotation["seconds"] else ""
        more = f"{took}{words.ago(annotation['finished_at'])}"
        # Nobody should take for a fact what only a machine said.
        says, tone = _CHECKS[annotation["review_state"]]
    elif annotation["state"] == "failed":
        more = (annotation["error"] or {}).get("message") or "It could not be read."
    kind = annotation["kind"]
    return (
        f'<div class="mo-reading" data-kind="{kind}" data-state="{annotation["state"]}">'
        f"<b>{words.READINGS[kind].capitalize()}</b>{look.badge(says, tone)}"
        f"<small>{escape(more)}</small></div>"
    )


def _ask(asset: str, newest: dict[str, Annotation]) -> None:
    states = {annotation["state"] for annotation in newest.values()}
    if states & {"queued", "running"}:
        return
    read = "ocr" in newest
    label = "Try again" if "failed" in states else "Read it again" if read else "Read this picture"
    icon = ":material/refresh:" if read else ":material/document_scanner:"
    if st.button(label, icon=icon, type="secondary" if "done" in states else "primary", key="read-it"):
        outcomes = assets.request_reading(viewer.client(), [asset], READ_KINDS, force=read)
        refused = next((outcome["error"] for outcome in outcomes if outcome["error"]), None)
        if refused:
            st.session_state["_said-bad"] = f"{refused['message']} {refused['hint']}"
        st.rerun()
