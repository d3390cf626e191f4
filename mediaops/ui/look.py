"""The pieces that make every page look alike: heading, empty and failing states, badges, facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st

from mediaops.errors import MediaOpsError, Unavailable
from mediaops.library.models import Outcome, Uses
from mediaops.ui import words

WEB = Path(__file__).parent / "web"
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Tone = Literal["plain", "good", "warn", "bad", "accent"]


@lru_cache(maxsize=1)
def _style() -> str:
    return (WEB / "app.css").read_text(encoding="utf-8")


def style() -> None:
    """The little that the theme cannot say. Once per run, from the shell."""
    # Dialogs and popovers lie outside the element that Streamlit gives its colour scheme to.
    scheme = st.context.theme.type or "light"
    st.html(f"<style>:root{{color-scheme:{scheme}}}{_style()}</style>")


def links() -> None:
    """For pages whose own HTML has links within the dashboard or times of a player; see ``web/page.js``."""
    st.html(f"<script>{(WEB / 'page.js').read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)


def heading(title: str, about: str = "") -> None:
    """A page's title, with a quiet line under it."""
    quiet = f'<p class="mo-about">{escape(about)}</p>' if about else ""
    st.html(f'<div class="mo-heading"><h1>{escape(title)}</h1>{quiet}</div>')


def empty(icon: str, title: str, text: str) -> None:
    """Nothing here, and why. ``icon`` is the name of a Material symbol; an action may follow."""
    st.html(
        f'<div class="mo-empty"><span class="mo-icon" aria-hidden="true">{escape(icon)}</span>'
        f"<h2>{escape(title)}</h2><p>{escape(text)}</p></div>"
    )


def failure(error: MediaOpsError, *, retry: bool = True) -> None:
    """What could not be done or asked; never looks like an empty answer."""
    asked = isinstance(error, Unavailable)
    hint = f"<p>{escape(error.hint)}</p>" if error.hint else ""
    st.html(
        f'<div class="mo-failure" role="alert" data-code="{escape(error.code, quote=True)}">'
        f'<span class="mo-icon" aria-hidden="true">{"cloud_off" if asked else "error"}</span>'
        f"<div><strong>{escape(error.message)}</strong>{hint}</div></div>"
    )
    if retry and asked and st.button("Try again", icon=":material/refresh:"):
        st.rerun()


def said() -> None:
    """What the last step said, after the rerun that it caused."""
    if good := st.session_state.pop("_said", None):
        st.toast(plain(good), icon=":material/check:")
    if bad := st.session_state.pop("_said-bad", None):
        st.error(plain(bad), icon=":material/error:")


def plain(text: str) -> str:
    """Text of people for places that read Markdown: every sign of it is taken literally."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$^=@&])", r"\\\1", " ".join(text.split()))


def is_id(text: str) -> bool:
    """Whether it looks like an id at all; a mangled address is "no such thing", not an error."""
    return _ID.fullmatch(text) is not None


def badge(text: str, tone: Tone = "plain") -> str:
    """A small label, as HTML for the functions here that take some."""
    return f'<span class="mo-badge mo-{tone}">{escape(text)}</span>'


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Names and values under each other; values as plain text."""
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    st.html(f'<dl class="mo-facts">{cells}</dl>')


def outcomes(results: Sequence[Outcome], names: dict[str, str], done: str) -> None:
    """What became of each asset of a bulk step: the failures one by one, the rest as a number."""
    failed = [result for result in results if not result["ok"]]
    noted = [result for result in results if result["ok"] and result["note"]]
    good = len(results) - len(failed)
    if good:
        st.success(f"{words.plural(good, 'asset')} {done}.", icon=":material/check_circle:")
    if failed:
        st.error(f"{words.plural(len(failed), 'asset')} could not be {done}.", icon=":material/error:")
    rows(
        f"<b>{escape(names.get(result['asset'], result['asset']))}</b> {escape(_said(result))}"
        for result in [*failed, *noted]
    )


def rows(items: Iterable[str]) -> None:
    """A list with a line for each item, which are HTML; nothing for none."""
    lines = "".join(f"<li>{item}</li>" for item in items)
    if lines:
        st.html(f'<ul class="mo-outcomes">{lines}</ul>')


def uses(used: Sequence[Uses], names: dict[str, str]) -> None:
    """Where assets are used, before something happens to them."""
    rows = "".join(
        f"<li><b>{escape(names.get(use['asset'], 'Asset'))}</b> "
        + ", ".join(
            f"{'cover of' if link['placement'] == 'cover' else 'in'} “{escape(link['knowledge_title'])}”"
            for link in use["links"]
        )
        + "</li>"
        for use in used
    )
    st.html(f'<ul class="mo-outcomes">{rows}</ul>')


def _said(result: Outcome) -> str:
    problem = result["error"]
    if problem is None:
        return result["note"] or ""
    return " ".join(part for part in (problem["message"], problem["hint"]) if part)
