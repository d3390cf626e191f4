"""Out of the trash for good: said how much, typed, then told of each what became of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mediaops.cleanup import trash
from mediaops.cleanup.models import Outcome
from mediaops.ui import look, viewer, words

_DONE = "_purge-outcome"


def start(selected: dict[str, tuple[str, int]]) -> None:
    """``selected``: name and bytes by asset; emptied once they are purged."""
    st.session_state.pop(_DONE, None)
    st.session_state.pop("purge-count", None)
    dialog(dict(selected), selected.clear)


@st.dialog("Purge now", icon=":material/delete_forever:", on_dismiss="rerun")
@viewer.part
def dialog(chosen: dict[str, tuple[str, int]], let_go: Callable[[], None]) -> None:
    """Asks for the number, for there is no way back."""
    names = {asset: name for asset, (name, _) in chosen.items()}
    done: list[Outcome] | None = st.session_state.get(_DONE)
    if done is not None:
        look.outcomes(done, names, "purged")  # pyright: ignore[reportArgumentType]
        st.caption("Their files go in the background; the trash says so should Storage refuse one.")
        if st.button("Done", type="primary", key="purge-done"):
            st.rerun(scope="app")
        return
    count, size = len(chosen), sum(size for _, size in chosen.values())
    st.write(
        look.plain(
            f"{words.plural(count, 'asset')} ({words.size(size)}) with all files: "
            + _listed(list(names.values()))
        )
    )
    st.warning(
        "This can't be taken back. Only the history of what was done stays.", icon=":material/warning:"
    )
    typed = st.text_input(f"Type {count} to confirm", key="purge-count", placeholder=str(count), live="250ms")
    ready = words.typed_number(typed) == count
    if st.button(f"Purge {words.plural(count, 'asset')}", type="primary", disabled=not ready, key="purge-go"):
        st.session_state[_DONE] = trash.purge(viewer.client(), list(chosen))
        let_go()
        st.rerun(scope="fragment")


def _listed(names: list[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {words.number(rest)} more" if rest > 0 else "")
