"""What a dialog over several assets remembers between its runs, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

_STEPS = ("link", "trash", "restore", "read")


def start(dialog: Callable[[list[str], dict[str, str]], None], ids: list[str], names: dict[str, str]) -> None:
    """Open a dialog for these assets; what one said before is forgotten."""
    for step in _STEPS:
        st.session_state.pop(f"_bulk-{step}", None)
    dialog(ids, names)


def kept(step: str, ids: Sequence[str]) -> Any:
    """The outcome of this step for these assets, so that a dialog's rerun does not do it again."""
    return st.session_state.get(f"_bulk-{step}", {}).get(tuple(ids))


def keep(step: str, ids: Sequence[str], outcome: Any) -> None:
    """Remember what became of it."""
    st.session_state[f"_bulk-{step}"] = {tuple(ids): outcome}


def changed() -> None:
    """The library's cards are not as they were: it fetches them anew."""
    st.session_state["_library-revision"] = st.session_state.get("_library-revision", 0) + 1


def close() -> None:
    """The button at the end."""
    if st.button("Done", type="primary", key="bulk-done"):
        changed()
        st.rerun(scope="app")
