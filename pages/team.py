"""Who works here and what they may do. Ops change it, the others see it."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.errors import MediaOpsError
from mediaops.library import staff
from mediaops.library.models import Staff
from mediaops.ui import look, viewer, words

ROLES = {
    "staff": "Finds, uploads, links and orders media",
    "moderator": "The same, and reviews what was read from pictures",
    "ops": "The same as staff, and clean-up, people and roles",
}


def page() -> None:
    with st.container(width=860):
        team()


def team() -> None:
    look.heading(
        "Team", "Being signed in to the product is not enough; who works with its media is on this list."
    )
    person = viewer.person()
    people = staff.everyone(viewer.client())
    if said := st.session_state.pop("_team-said", None):
        st.toast(said, icon=":material/check:")
    for member in people:
        row(member, editable=person.is_ops, me=member["user_id"] == person.user_id)
    if person.is_ops:
        st.button("Add someone", icon=":material/person_add:", on_click=open_add)
        if st.session_state.pop("_team-add", False):
            add_dialog()
    else:
        st.caption("Roles are changed by ops.")


def open_add() -> None:
    st.session_state["_team-add"] = True


def row(member: Staff, *, editable: bool, me: bool) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        name = member["display_name"] or member["email"]
        st.html(
            f'<div class="mo-person mo-row"><span class="mo-face">{escape(words.initials(name))}</span>'
            f"<div><b>{escape(name)}{' (you)' if me else ''}</b>"
            f"<small>{escape(member['email'])}</small></div></div>",
            width=340,
        )
        if not editable:
            st.html(look.badge(member["role"].capitalize(), "accent"), width="content")
            return
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            key = f"role-{member['user_id']}"
            st.selectbox(
                "Role",
                list(ROLES),
                index=list(ROLES).index(member["role"]),
                key=key,
                format_func=str.capitalize,
                label_visibility="collapsed",
                width=150,
                on_change=change,
                args=(member, key),
            )
            if st.button(
                "",
                icon=":material/person_remove:",
                key=f"remove-{member['user_id']}",
                type="tertiary",
                help="Take the role away",
            ):
                remove_dialog(member)


def change(member: Staff, key: str) -> None:
    role = st.session_state[key]
    try:
        staff.put(viewer.client(), member["user_id"], role)
    except MediaOpsError as error:
        # The box goes back to what still holds.
        del st.session_state[key]
        st.toast(look.plain(f"{error.message} {error.hint}"), icon=":material/error:")
        return
    st.session_state["_team-said"] = look.plain(f"{member['display_name']} is {role} now.")


@st.dialog("Take the role away", icon=":material/person_remove:")
@viewer.part
def remove_dialog(member: Staff) -> None:
    name = member["display_name"] or member["email"]
    st.write(look.plain(f"{name} will no longer see the library. The account itself stays."))
    if st.button("Take the role away", type="primary"):
        staff.remove(viewer.client(), member["user_id"])
        st.session_state["_team-said"] = "Done."
        st.rerun()


@st.dialog("Add someone", icon=":material/person_add:")
@viewer.part
def add_dialog() -> None:
    st.caption(
        "They need an account in the product's Supabase project; its user id stands under Authentication."
    )
    user_id = st.text_input("User id", placeholder="00000000-0000-0000-0000-000000000000")
    name = st.text_input("Name", max_chars=100)
    role = st.radio("Role", list(ROLES), format_func=str.capitalize, captions=list(ROLES.values()))
    if st.button("Add", type="primary", disabled=not (look.is_id(user_id.strip()) and name.strip())):
        staff.put(viewer.client(), user_id.strip(), role or "staff", name.strip())
        st.session_state["_team-said"] = look.plain(f"{name.strip()} is part of the team.")
        st.rerun()


page()
