"""How far the sample library has come, while the first start makes it in the background."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import streamlit as st


@dataclass(frozen=True)
class _State:
    running: bool = False
    done: int = 0
    total: int = 0


_state = _State()
_lock = Lock()


def report(done: int, total: int) -> None:
    """Called by the seeding thread of this process; counts files."""
    _set(_State(True, done, total))


def finish() -> None:
    """The seeding thread ends, well or not."""
    _set(_State())


def running() -> bool:
    """Whether files are still being made."""
    return _get().running


def progress() -> None:
    """A line in the sidebar while it lasts; nothing otherwise."""
    if running():
        with st.container(key="mo-seeding"):
            _progress()


@st.fragment(run_every=1.5)
def _progress() -> None:
    state = _get()
    if not state.running:
        # The page behind was drawn with fewer assets than there are now.
        st.rerun(scope="app")
    share = min(1.0, state.done / state.total) if state.total else 0.0
    st.progress(share, text="Preparing the sample library")


def _get() -> _State:
    with _lock:
        return _state


def _set(state: _State) -> None:
    global _state
    with _lock:
        _state = state
