"""Lists of things with a small picture: one row each, pages by key, back and forth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mediaops.ui import words
from mediaops.ui.places import ASSET


def row(
    title: str,
    lines: Sequence[str],
    *,
    thumb: str | None = None,
    asset: str | None = None,
    icon: str = "draft",
    end: Sequence[str] = (),
) -> str:
    """A row as HTML. ``lines`` are plain text, ``end`` is HTML (badges) or escaped text for its right side.

    The title opens the asset beside this page: whoever looks through a list keeps their place in it.
    """
    picture = (
        f'<img src="{escape(thumb, quote=True)}" alt="" loading="lazy">'
        if thumb
        else f'<span class="mo-icon" aria-hidden="true">{escape(icon)}</span>'
    )
    name = escape(title or "Untitled")
    if asset:
        name = f'<a href="{ASSET.path}?id={escape(asset, quote=True)}" target="_blank">{name}</a>'
    told = "".join(f"<small>{escape(line)}</small>" for line in lines if line)
    right = "".join(f"<span>{part}</span>" for part in end)
    return (
        f'<div class="mo-item"><div class="mo-item-picture">{picture}</div>'
        f'<div class="mo-item-text"><b>{name}</b>{told}</div><div class="mo-item-end">{right}</div></div>'
    )


def search_field(placeholder: str, width: int | Literal["stretch"] = "stretch") -> str:
    """What a person looks for, told while they type and kept in the address."""
    query = st.text_input(
        "Search",
        key="q",
        type="search",
        placeholder=placeholder,
        label_visibility="collapsed",
        live="250ms",
        bind="query-params",
        width=width,
    )
    return (query or "").strip()


def card(key: str) -> DeltaGenerator:
    """A row with a border, for what has buttons of its own."""
    return st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        gap="small",
        key=key,
    )


def tiles(numbers: Sequence[tuple[str, str]]) -> None:
    """A few numbers large, each with what it is under it."""
    cells = "".join(
        f"<div><b>{escape(number)}</b><small>{escape(what)}</small></div>" for number, what in numbers
    )
    st.html(f'<div class="mo-tiles">{cells}</div>')


@dataclass
class Pages:
    """Where a person is in a list that is paged by key. Kept in the tab under ``name``.

    Another ``question`` (order, filter, search) begins at the first page.
    """

    name: str
    question: Any
    size: int

    @property
    def _keys(self) -> list[Any]:
        kept: dict[str, Any] | None = st.session_state.get(f"_pages-{self.name}")
        if kept is None or kept["question"] != self.question:
            kept = {"question": self.question, "keys": [None]}
            st.session_state[f"_pages-{self.name}"] = kept
        return kept["keys"]

    @property
    def after(self) -> Any:
        """What this page is asked with."""
        return self._keys[-1]

    def show(self, count: int, next_key: Any, total: int | None = None) -> None:
        """Where one is, and the ways back and on. ``count`` items are on this page."""
        if next_key is None and len(self._keys) == 1:
            return
        first = (len(self._keys) - 1) * self.size + 1
        of = f" of {words.number(total)}" if total is not None else ""
        where = f"{words.number(first)}–{words.number(first + count - 1)}{of}" if count else "Nothing here"
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
            st.button(
                "Previous",
                icon=":material/chevron_left:",
                key=f"{self.name}-back",
                disabled=len(self._keys) == 1,
                on_click=self._keys.pop,
            )
            st.html(f'<p class="mo-subtle mo-numbers">{where}</p>', width="content")
            st.button(
                "Next",
                icon=":material/chevron_right:",
                icon_position="right",
                key=f"{self.name}-on",
                disabled=next_key is None,
                on_click=self._keys.append,
                args=(next_key,),
            )
