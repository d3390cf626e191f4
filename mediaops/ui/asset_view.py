"""The asset itself, large: a picture with what was read from it, a film or a sound that plays."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from mediaops.library import assets
from mediaops.library.approved import source_line
from mediaops.library.models import Annotation, AssetDetail, ReadingState
from mediaops.library.standing import answer, is_checked, standing
from mediaops.ui import asset_transcript, look, pictures, viewer
from mediaops.ui.components import reader

LOOK_AGAIN_SECONDS: Final = 1.0
_LINE: Final = ("id", "text", "polygon", "confidence", "column")
OPEN: Final = ("queued", "running")


def show(detail: AssetDetail) -> None:
    """Left on the page."""
    asset = detail["asset"]
    if asset["state"] == "processing":
        _wait_for_upload(asset["id"])
        return
    if asset["state"] == "rejected":
        look.empty(
            "block",
            "This upload was refused",
            asset["rejection_message"] or "Its file could not be used, and it was removed.",
        )
        return
    large = _large_path(detail)
    signed = pictures.urls(viewer.client(), viewer.person().user_id, [large, asset["object_path"]])
    if large not in signed:
        look.empty(
            "broken_image",
            "The file is missing",
            "The library knows this asset, but Storage has no such file. Ops can look into it.",
        )
        return
    open_now = any(part["state"] in OPEN for part in detail["annotations"])
    if asset["kind"] == "image":
        # Looks again by itself only while there is something to wait for.
        picture = st.fragment(_picture, run_every=LOOK_AGAIN_SECONDS if open_now else None)
        picture(detail, signed[large], signed.get(asset["object_path"]), open_now)
        return
    if asset["kind"] == "video":
        st.video(signed[large], subtitles=asset_transcript.subtitles(detail))
    else:
        st.audio(signed[large])
    if open_now:
        _wait_for_reading(asset["id"])


@viewer.part
def _picture(detail: AssetDetail, url: str, full_url: str | None, open_now: bool) -> None:
    states = assets.reading_states(viewer.client(), [detail["asset"]["id"]]) if open_now else []
    if open_now and not any(state["state"] in OPEN for state in states):
        st.rerun(scope="app")
    result = reader(
        key=f"reader-{detail['asset']['id']}",
        data=_data(detail, states) | {"image_url": url, "full_url": full_url},
    )
    if result.renew:
        # The picture's URL has ended on a page that stood open for long: the whole run signs a new one.
        st.rerun(scope="app")


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
@viewer.part
def _wait_for_reading(asset: str) -> None:
    states = assets.reading_states(viewer.client(), [asset])
    live = next((state for state in states if state["state"] in OPEN), None)
    if live is None:
        st.rerun(scope="app")
    seconds = live["seconds_running"]
    says = "Waiting for the engine…" if seconds is None else f"Being written down… {seconds:.0f} s"
    st.html(f'<p class="mo-subtle" role="status">{says}</p>')


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
@viewer.part
def _wait_for_upload(asset: str) -> None:
    if assets.get(viewer.client(), asset)["asset"]["state"] != "processing":
        st.rerun(scope="app")
    look.empty("hourglass_top", "Still being processed", "The upload is being checked; this takes a moment.")


def _large_path(detail: AssetDetail) -> str:
    """Pictures in the size for screens; the reader fetches the original once someone zooms past it."""
    asset = detail["asset"]
    if asset["kind"] != "image":
        return asset["object_path"]
    large = next((part["path"] for part in detail["renditions"] if part["name"] == "large"), None)
    return large or asset["object_path"]


def _data(detail: AssetDetail, states: list[ReadingState]) -> dict[str, Any]:
    """What the reader wants to know, see ``ReaderData`` in frontend/src/reader/types.ts."""
    asset = detail["asset"]
    read = standing(detail["annotations"], "ocr")
    text = answer(read)
    lines: list[dict[str, Any]] = text.get("lines") or []
    marks = standing(detail["annotations"], "highlights")
    newest = next((part for part in detail["annotations"] if part["kind"] == "ocr"), None)
    live = next((state for state in states if state["kind"] == "ocr"), None)
    return {
        "asset": asset["id"],
        "title": asset["title"] or asset["original_name"],
        "alt": asset["alt_text"],
        "thumbhash": asset["thumbhash"],
        "width": asset["width"],
        "height": asset["height"],
        "rotation": text.get("rotation") or 0,
        "state": live["state"] if live else newest["state"] if newest else "none",
        "seconds_running": live["seconds_running"] if live else None,
        "error": newest["error"] if newest else None,
        # Without the single words: the reader draws lines.
        "lines": [{name: line.get(name) for name in _LINE} for line in lines],
        "highlights": answer(marks).get("passages") or [],
        "highlights_checked": is_checked(marks) if marks else None,
        "source": source_line(detail),
        "text": text.get("text"),
        "checked": is_checked(read) if read else None,
        "note": _note(read),
    }


def _note(read: Annotation | None) -> str | None:
    """Who says so. That nobody checked it is a mark of the reader's own."""
    if read is None:
        return None
    by = read["model"] or read["engine"]
    return f"Read by {by}" + {"accepted": ", checked", "fixed": ", corrected"}.get(read["review_state"], "")
