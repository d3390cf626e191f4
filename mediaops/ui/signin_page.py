"""The sign-in page: plain HTML, so that it stands at once and password managers know it for what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

from mediaops.errors import MediaOpsError
from mediaops.ui.document import streamlit_index
from mediaops.ui.words import initials

WEB = Path(__file__).parent / "web"
DEMO_ROLES: dict[str, tuple[str, str]] = {
    "staff": ("Staff: finds, uploads and links media", "#3f7f6b"),
    "moderator": ("Moderator: checks what was read", "#a4642c"),
    "ops": ("Ops: looks after people and clean-up", "#6a55b5"),
}
_ARROW = (
    '<svg width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M5 12h14M13 6l6 6-6 6"/>'
    "</svg>"
)


def render(
    *,
    next_path: str,
    email: str = "",
    problem: MediaOpsError | None = None,
    notice: tuple[str, str] | None = None,
    demo: Mapping[str, str] | None = None,
) -> str:
    """The whole page. ``notice`` is a calm (title, text), ``problem`` what went wrong, ``demo`` the demo
    people's names by role where they are offered."""
    focus = " autofocus"
    return _template().substitute(
        preload=_preloads(),
        notice=_notice(problem, notice),
        next=escape(next_path, quote=True),
        email=escape(email, quote=True),
        focus_email="" if email else focus,
        focus_password=focus if email else "",
        demo=_demo(next_path, demo) if demo else "",
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    return Template((WEB / "signin.html").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _preloads() -> str:
    """The dashboard's scripts load while the person types, so that it stands sooner after the click."""
    scripts = re.findall(r'(?:src|href)="\./(static/js/[\w.-]+\.js)"', streamlit_index())
    return "\n".join(f'<link rel="prefetch" as="script" crossorigin href="/{script}">' for script in scripts)


def _notice(problem: MediaOpsError | None, notice: tuple[str, str] | None) -> str:
    if problem is not None:
        return (
            f'<p class="notice bad" role="alert"><strong>{escape(problem.message)}</strong>'
            f"{escape(problem.hint)}</p>"
        )
    if notice is not None:
        title, text = notice
        return f'<p class="notice" role="status"><strong>{escape(title)}</strong>{escape(text)}</p>'
    return ""


def _demo(next_path: str, names: Mapping[str, str]) -> str:
    buttons = "".join(
        f'<button name="person" value="{role}" style="--tint:{tint}">'
        f'<span class="face" aria-hidden="true">{escape(initials(names[role]))}</span>'
        f"<span><b>{escape(names[role])}</b><small>{does}</small></span>{_ARROW}</button>"
        for role, (does, tint) in DEMO_ROLES.items()
        if role in names
    )
    return (
        '<section class="demo" aria-labelledby="demo"><h2 id="demo">or look around as</h2>'
        '<form method="post" action="/auth/demo">'
        f'<input type="hidden" name="next" value="{escape(next_path, quote=True)}">{buttons}</form>'
        '<p class="foot">Demo people of this machine. With a real project they are not offered.</p></section>'
    )
