"""Serves the page with the uploader by Streamlit, beside the API's stand-in; prints its port."""

from __future__ import annotations

import socket
from pathlib import Path

import streamlit as st
import uvicorn

from tests.e2e.uploader.server import UploadServer

if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        free.listen()
        print(free.getsockname()[1], flush=True)  # noqa: T201 - the test reads it
        page = Path(__file__).with_name("streamlit_page.py")
        app = st.App(page, routes=UploadServer().routes())
        uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[free])
