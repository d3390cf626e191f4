"""All orphans that a list shows as a table for a spreadsheet, however many they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Final

import streamlit as st

from mediaops.cleanup.models import ClassSummary
from mediaops.cleanup.question import PAGE, Question
from mediaops.library.export import csv_pieces
from mediaops.ui import orphan_words, viewer, words
from mediaops.ui.orphan_actions import csv_row

_WRITTEN: Final = "_orphan-export"


@dataclass(frozen=True)
class Written:
    """A finished table. The file has no name: it is gone with the session, or with the next export."""

    file: IO[bytes]
    rows: int
    size_bytes: int

    def content(self) -> bytes:
        """All of it, for the download; Streamlit takes no stream."""
        self.file.seek(0)
        return self.file.read()


def button(question: Question, summary: ClassSummary) -> None:
    """Offers all that the question asks for, also what is on later pages."""
    expected = summary["count"] + (summary["waiting"] or 0 if question.waiting else 0)
    if st.button(
        "Export all",
        icon=":material/download:",
        key="orphan-export-all",
        disabled=not (expected or question.waiting),
        help="Everything that these filters show, as CSV",
    ):
        st.session_state.pop(_WRITTEN, None)
        dialog(question, max(1, expected))


@st.dialog("Export all as CSV", on_dismiss="rerun", icon=":material/download:")
@viewer.part
def dialog(question: Question, expected: int) -> None:
    """Writes the table, then offers it. ``expected`` is how many there may be at most, more or less."""
    about = orphan_words.NAMES[question.class_] + (", as filtered" if question.narrowed else "")
    if (written := st.session_state.get(_WRITTEN)) is None:
        written = st.session_state[_WRITTEN] = _write(question, expected, about)
    rows = words.plural(written.rows, "row is", "rows are")
    st.write(f"{about}: {rows} ready, {words.size(written.size_bytes)}.")
    st.download_button(
        "Download CSV",
        written.content,
        file_name=f"mediaops-{question.class_}-all-{datetime.now(UTC):%Y-%m-%d-%H%M}.csv",
        mime="text/csv",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        key="orphan-export-download",
        disabled=not written.rows,
    )


def _write(question: Question, expected: int, about: str) -> Written:
    """Page after page into a file, so that no more than a page is held. Closing the dialog ends it."""
    file = tempfile.TemporaryFile(prefix="mediaops-export-")  # noqa: SIM115 - open until it was downloaded
    count = 0
    bar = st.progress(0.0, text=f"{about}: reading…")

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal count
        for orphan in question.every(viewer.client()):
            yield csv_row(orphan, st.context.timezone)
            count += 1
            if count % PAGE == 0:
                bar.progress(min(0.99, count / expected), text=f"{about}: {words.number(count)} written…")

    size_bytes = sum(file.write(piece) for piece in csv_pieces(rows()))
    bar.empty()
    return Written(file, count, size_bytes)
