"""What is said in a sound or a video: a time and the words, each time plays from there."""

from __future__ import annotations

import io
import re
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st
from pydantic import ValidationError

from mediaops.annotation.models import Segment, TranscriptResult
from mediaops.library.models import Annotation, AssetDetail
from mediaops.library.standing import answer, is_checked, standing
from mediaops.ui import look, words

SHOWN: Final = 1000  # segments; a talk of two hours has about as many


def panel(detail: AssetDetail) -> None:
    """Nothing where there is no transcript."""
    found = standing(detail["annotations"], "transcript")
    told = read(found)
    if found is None or told is None:
        return
    mark = look.badge("Checked", "good") if is_checked(found) else look.badge("Not checked", "warn")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<div class="mo-reading" data-kind="transcript-text"><b>What is said</b>{mark}'
            f"<small>{escape(_about(told))}</small></div>",
            width="content",
        )
        title = detail["asset"]["title"] or detail["asset"]["original_name"]
        name = re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or "transcript"
        st.download_button(
            "WebVTT",
            told.webvtt(),
            f"{name}.vtt",
            "text/vtt",
            icon=":material/subtitles:",
            key="webvtt",
            on_click="ignore",
        )
    if not told.segments:
        st.html('<p class="mo-subtle">The engine listened and heard no words.</p>')
        return
    look.links()
    st.html(f'<ol class="mo-segments" aria-label="Transcript">{segments(told)}</ol>')
    if (count := len(told.segments)) > SHOWN:
        st.caption(f"The first {words.number(SHOWN)} of {words.number(count)}; all are in the file.")


def subtitles(detail: AssetDetail) -> dict[str, str | bytes | Path | io.BytesIO] | None:
    """The track of a video, by its name, which says when nobody checked it."""
    found = standing(detail["annotations"], "transcript")
    told = read(found)
    if found is None or told is None or not told.segments:
        return None
    return {"Transcript" if is_checked(found) else "Transcript, not checked": told.webvtt()}


def read(annotation: Annotation | None) -> TranscriptResult | None:
    """The answer as its model; None without one, and for one of another shape."""
    if annotation is None:
        return None
    try:
        return TranscriptResult.model_validate(answer(annotation))
    except ValidationError:
        return None


def segments(told: TranscriptResult) -> str:
    """A line each, as HTML for the list. ``data-at`` is the second that its time plays from."""
    return "".join(_segment(each) for each in told.segments[:SHOWN])


def _segment(each: Segment) -> str:
    at = words.length(each.start)
    speaker = f"<b>{escape(each.speaker)}:</b> " if each.speaker else ""
    return (
        f'<li data-from="{each.start:.3f}" data-to="{each.end:.3f}">'
        f'<button type="button" data-at="{each.start:.3f}" aria-label="Play from {at}">{at}</button>'
        f'<span dir="auto">{speaker}{escape(each.text)}</span></li>'
    )


def _about(told: TranscriptResult) -> str:
    parts = [words.plural(len(told.segments), "segment")]
    if told.language:
        parts.append(told.language)
    return " · ".join(parts)
