"""The sidebar: the product, the ways, the person."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.session import Person
from mediaops.ui import look, seeding, words
from mediaops.ui.places import CLEANUP, REVIEW, SECTIONS

_SIGN_OUT = (
    '<form method="post" action="/auth/sign-out" target="_self">'
    '<button type="submit" class="mo-signout">Sign out</button></form>'
)


def show(person: Person) -> None:
    """For people who work here."""
    with st.sidebar:
        st.html(
            '<div class="mo-product"><img src="/web/mark.svg" width="26" height="26" alt="">'
            "<span>MediaOps</span></div>"
        )
        for section, places in SECTIONS.items():
            if section:
                st.html(f'<p class="mo-section">{escape(section)}</p>')
            with st.container(gap="xxsmall"):
                for place in places:
                    if place is REVIEW and not person.is_moderator:
                        continue
                    if place is CLEANUP and not person.is_ops:
                        continue
                    st.page_link(
                        place.page(), label=place.title, icon=f":material/{place.icon}:", width="stretch"
                    )
        seeding.progress()
        with st.container(key="mo-person"):
            face = escape(words.initials(person.display_name))
            st.html(
                f'<div class="mo-person"><span class="mo-face">{face}</span>'
                f"<div><b>{escape(person.display_name)}</b><small>{escape((person.role or '').capitalize())}"
                f"</small></div>{_SIGN_OUT}</div>"
            )


def stranger(person: Person) -> None:
    """For someone who is signed in and does not work here: that, a way out, and nothing else."""
    look.empty(
        "lock",
        "You are signed in, but not part of the MediaOps team",
        f"You came as {person.email}. If you should work here, ask the ops of your team to add you; "
        "then reload this page.",
    )
    st.html(f'<div class="mo-center">{_SIGN_OUT}</div>')
