"""A Streamlit page with nothing but the uploader, mounted as the dashboard mounts it."""

from __future__ import annotations

import streamlit as st

from mediaops.ui.components import uploader
from tests.e2e.uploader.server import UploadServer

if "tickets" not in st.session_state:
    # The page and Storage are the same server here, at an address that only the browser knows.
    server = UploadServer(storage_address="/")
    st.session_state["tickets"] = [server.ticket() for _ in range(4)]
    st.session_state["finished"] = []

st.text_input("A field of the page")
if st.toggle("Show the uploader", value=True):
    result = uploader(
        key="up",
        purpose="library",
        tickets=st.session_state["tickets"],
        max_bytes=50 * 1024**2,
        max_pixels=100_000_000,
    )
    st.session_state["finished"] += result.finished
    st.text(f"states: {[each['state'] for each in result.uploads]}")
st.text(f"finished: {len(st.session_state['finished'])}")
