"""The library: everything there is, to find, look at and work with."""

from __future__ import annotations

import streamlit as st

from mediaops.errors import MediaOpsError
from mediaops.library import assets
from mediaops.library.filters import Filters
from mediaops.library.models import AssetPage, Count
from mediaops.ui import bulk, library_filters, look, reading_dialogs, seeding, viewer
from mediaops.ui.components import GalleryOptions, GalleryResult, gallery
from mediaops.ui.pictures import with_urls
from mediaops.ui.places import UPLOAD, go_to_asset
from mediaops.ui.together import ask

GALLERY = "library-gallery"


def page() -> None:
    client = viewer.client()
    facets = ask(lambda: assets.facets(client))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        look.heading("Library")
        with st.container(horizontal=True, gap="small", width="content"):
            read_all = st.button("Read all that match", icon=":material/document_scanner:", key="read-all")
            if st.button("Upload", icon=":material/upload:", type="primary"):
                st.switch_page(UPLOAD.page())
    filters = library_filters.search_row(lambda: facets.result()["uploaders"])
    if read_all:
        reading_dialogs.all_that_match(filters)
    try:
        count = ask(lambda: assets.count(client, filters))
        found = assets.find(client, filters)
        found["items"] = with_urls(client, viewer.person().user_id, found["items"])
        total = count.result()
    except MediaOpsError as error:
        look.failure(error)
        return
    if found["items"]:
        work_with(filters, found, total)
    else:
        nothing(filters, found)


def work_with(filters: Filters, found: AssetPage, total: Count) -> None:
    result = draw(filters, found, total)
    if result.opened:
        go_to_asset(result.opened)
    if chosen("view", result.view):
        if result.view == "table":
            st.query_params["view"] = "table"
        else:
            st.query_params.pop("view", None)
    if chosen("sort", result.sort):
        library_filters.sort_by(result.sort or "newest")
        st.rerun()
    if result.selection:
        names = {card["id"]: card["title"] or card["original_name"] for card in found["items"]}
        if bulk.bar(result.selection, names, filters.states):
            st.session_state["_selection-cleared"] = st.session_state.get("_selection-cleared", 0) + 1
            st.rerun()


def chosen(what: str, value: str | None) -> bool:
    """Whether the person chose it in the gallery just now: it keeps saying what was chosen last there, also
    after the address or another widget has said otherwise."""
    before = st.session_state.get(f"_gallery-{what}")
    st.session_state[f"_gallery-{what}"] = value
    return value is not None and value != before


def draw(filters: Filters, found: AssetPage, total: Count) -> GalleryResult:
    options: GalleryOptions = {
        "revision": str(st.session_state.get("_library-revision", 0)),
        "selected": [],
        "selected_rev": str(st.session_state.get("_selection-cleared", 0)),
        "total": dict(total),
        "view": st.query_params.get("view", "grid"),
        "sort": filters.sort,
        "open_href": "asset?id=",
        "open_via_trigger": True,
    }
    return gallery(
        key=GALLERY, items=found["items"], next_key=found["next"], query=filters.parameters(), options=options
    )


def nothing(filters: Filters, found: AssetPage) -> None:
    """An empty library, a question without an answer and one without a word are three things."""
    if found.get("query_ignored"):
        look.empty("search", "Nothing to search for", "A search needs at least a letter or a digit.")
    elif filters.narrowed:
        look.empty("search_off", "Nothing matches", "No asset fits this search and these filters.")
    elif seeding.running():
        look.empty(
            "hourglass_top", "The sample library is being made", "Its first pictures are here in a moment."
        )
        wait_for_the_first()
        return
    else:
        look.empty(
            "photo_library", "The library is empty", "Upload the first pictures; they appear here at once."
        )
    with st.container(horizontal=True, horizontal_alignment="center"):
        if filters.narrowed:
            st.button(
                "Clear search and filters", icon=":material/filter_alt_off:", on_click=library_filters.clear
            )
        elif st.button("Upload pictures", icon=":material/upload:"):
            st.switch_page(UPLOAD.page())


@st.fragment(run_every=2.0)
@viewer.part
def wait_for_the_first() -> None:
    if assets.count(viewer.client(), Filters())["count"] or not seeding.running():
        st.rerun(scope="app")


page()
