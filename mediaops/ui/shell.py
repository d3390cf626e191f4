"""The frame around every page: who is here, where one can go. Streamlit runs this file on each rerun."""

from __future__ import annotations

import streamlit as st

from mediaops.errors import MediaOpsError, NotSignedIn
from mediaops.ui import look, sidebar, viewer
from mediaops.ui.places import EVERYWHERE


def main() -> None:
    """One rerun."""
    st.set_page_config(page_title="MediaOps", page_icon=str(look.WEB / "mark.svg"), layout="wide")
    # All addresses are known to Streamlit for everyone, so that nobody meets its own "page not found"
    # where the truth is "sign in" or "not yours"; whether the page runs is decided below.
    page = st.navigation([place.page() for place in EVERYWHERE], position="hidden")
    look.style()
    try:
        person = viewer.enter()
        if person.is_staff:
            sidebar.show(person)
            page.run()
        else:
            sidebar.stranger(person)
    except NotSignedIn as error:
        viewer.send_to_sign_in("ended" if error.code == "session_ended" else "")
    except MediaOpsError as error:
        look.failure(error)


main()
