"""Who looks at the page, checked against the database at every interaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast
from urllib.parse import quote, urlencode

import streamlit as st
from supabase import Client

from mediaops import session
from mediaops.client import person_client
from mediaops.errors import MediaOpsError, NotSignedIn
from mediaops.session import Person
from mediaops.ui import look

_HERE = "_viewer"
P = ParamSpec("P")


def enter() -> Person:
    """Check the session now. Raises :class:`NotSignedIn` or :class:`Unavailable`.

    Streamlit keeps a tab's memory when its connection comes back, even with another person's cookie: what
    one person selected or typed must not meet the next one.
    """
    person = session.current(st.context.cookies.get(session.COOKIE))
    before = cast(Person | None, st.session_state.get(_HERE))
    if before is not None and before.user_id != person.user_id:
        st.session_state.clear()
    st.session_state[_HERE] = person
    return person


def person() -> Person:
    """The person that :func:`enter` found in this run."""
    return cast(Person, st.session_state[_HERE])


def client() -> Client:
    """A client that acts as this person."""
    return person_client(person().access_token)


def part(function: Callable[P, None]) -> Callable[P, None]:
    """For a fragment or dialog, which reruns without the page around it: check the session again, and
    show an error in its own place. Goes under ``st.fragment`` or ``st.dialog``."""

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            enter()
            function(*args, **kwargs)
        except NotSignedIn:
            st.rerun(scope="app")
        except MediaOpsError as error:
            look.failure(error)

    return checked


def send_to_sign_in(why: str) -> None:
    """Leave for the sign-in page, and come back here after it."""
    page = st.context.url or ""
    path = "/" + page.split("://", 1)[-1].partition("/")[2]
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    where = f"/sign-in?next={quote(path + (f'?{query}' if query else ''), safe='')}&why={quote(why)}"
    st.html(
        f'<p class="mo-away">You were signed out. <a href="{where}" target="_self">Sign in again</a></p>'
        f"<script>window.location.replace({json.dumps(where)})</script>",
        unsafe_allow_javascript=True,
    )
