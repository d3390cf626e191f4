"""Knowledge entries: the list, with search."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from mediaops.errors import MediaOpsError
from mediaops.library import knowledge
from mediaops.library.models import KnowledgeCard
from mediaops.ui import listing, look, pictures, viewer, words
from mediaops.ui.places import link_to_entry
from mediaops.ui.together import ask

PAGE_SIZE = 24
KEYS = "_knowledge-keys"
NEXT = "_knowledge-next"
COLUMNS = 3


def page() -> None:
    look.heading("Knowledge", "The entries of the product that media can be linked to.")
    query = listing.search_field("Search entries", width=420)
    try:
        items, more = entries(query)
        signed = pictures.urls(
            viewer.client(), viewer.person().user_id, (item["cover_thumb_path"] for item in items)
        )
    except MediaOpsError as error:
        look.failure(error)
        return
    if not items:
        nothing(query)
        return
    columns = st.columns(COLUMNS, gap="medium")
    for index, item in enumerate(items):
        with columns[index % COLUMNS]:
            card(item, signed.get(item["cover_thumb_path"] or ""))
    if more:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button("Show more", icon=":material/expand_more:", on_click=further)


def entries(query: str) -> tuple[list[KnowledgeCard], bool]:
    """As many pages of entries as were asked for, side by side, each found by the key of the one before."""
    asked, keys = st.session_state.get(KEYS, (query, [None]))
    if asked != query:
        keys = [None]
    client = viewer.client()
    parts = [ask(partial(knowledge.find, client, query, key, PAGE_SIZE)) for key in keys]
    found = [part.result() for part in parts]
    st.session_state[KEYS] = (query, keys)
    st.session_state[NEXT] = found[-1]["next"]
    items = {item["id"]: item for page in found for item in page["items"]}
    return list(items.values()), found[-1]["next"] is not None


def further() -> None:
    query, keys = st.session_state[KEYS]
    st.session_state[KEYS] = (query, [*keys, st.session_state[NEXT]])


def nothing(query: str | None) -> None:
    if query:
        look.empty("search_off", "No entry found", "No entry has words that start like that.")
    else:
        look.empty("menu_book", "No entries yet", "The product sends its entries here; none has come so far.")


def card(item: KnowledgeCard, cover: str | None) -> None:
    with st.container(border=True, gap="xsmall"):
        picture = (
            f'<img class="mo-thumb" src="{escape(cover, quote=True)}" alt="" loading="lazy">'
            if cover
            else '<div class="mo-thumb mo-none"><span class="mo-icon">article</span></div>'
        )
        st.html(picture)
        link_to_entry(item["id"], f"**{look.plain(item['title'])}**", icon="")
        st.caption(f"{words.plural(item['link_count'], 'asset')} · changed {words.ago(item['updated_at'])}")


page()
