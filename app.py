"""The dashboard's ASGI entry: `make run` and `streamlit run app.py` both serve what is named here."""

import streamlit as st

from mediaops.start import demo_people, lifespan
from mediaops.ui.site import SCRIPT, middleware, routes, script_failed

app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=routes(demo_people),
    middleware=middleware(),
    on_script_error=script_failed,
)
