"""One knowledge entry: its cover and the media inside its text."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.errors import NotFound
from mediaops.library import knowledge, links
from mediaops.library.models import KnowledgeDetail, KnowledgeLink
from mediaops.ui import look, pictures, viewer, words
from mediaops.ui.components import gallery
from mediaops.ui.places import KNOWLEDGE, LIBRARY, go_to_asset, link_to_asset, link_to_connections


def page() -> None:
    entry_id = st.query_params.get("id", "")
    st.page_link(KNOWLEDGE.page(), label="Knowledge", icon=":material/arrow_back:")
    try:
        if not look.is_id(entry_id):
            raise NotFound("There is no such entry.")
        detail = knowledge.get(viewer.client(), entry_id)
    except NotFound:
        look.empty("help", "There is no such entry", "It may have been removed from the product.")
        return
    head(detail)
    cover = next((link for link in detail["links"] if link["placement"] == "cover"), None)
    inline = [link for link in detail["links"] if link["placement"] == "inline"]
    paths = [cover["asset"]["card_path"] or cover["asset"]["thumb_path"]] if cover else []
    signed = pictures.urls(viewer.client(), viewer.person().user_id, paths)
    left, right = st.columns([1, 2.2], gap="large")
    with left:
        show_cover(cover, next(iter(signed.values()), None))
    with right:
        show_inline(entry_id, inline)


def head(detail: KnowledgeDetail) -> None:
    record = detail["knowledge"]
    look.heading(record["title"], record["excerpt"] or "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if record["url"] and record["url"].startswith(("https://", "http://")):
            st.link_button("Open in the product", record["url"], icon=":material/open_in_new:")
        st.caption(f"Changed {words.ago(record['updated_at'])}", width="content")
        link_to_connections(knowledge=record["id"])


def show_cover(link: KnowledgeLink | None, url: str | None) -> None:
    st.subheader("Cover", anchor=False)
    if link is None:
        look.empty("image", "No cover", "Link a picture to this entry as its cover.")
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.page_link(LIBRARY.page(), label="Find one in the library", icon=":material/photo_library:")
        return
    asset = link["asset"]
    title = asset["title"] or asset["original_name"]
    if url:
        alt = escape(asset["alt_text"], quote=True)
        st.html(f'<img class="mo-cover" src="{escape(url, quote=True)}" alt="{alt}">')
    link_to_asset(asset["id"], f"**{look.plain(title)}**")
    if st.button("Take it out", icon=":material/link_off:", key=f"unlink-{link['id']}"):
        links.unlink(viewer.client(), link["id"])
        st.rerun()


def show_inline(entry_id: str, inline: list[KnowledgeLink]) -> None:
    st.subheader(f"Inside the text · {len(inline)}" if inline else "Inside the text", anchor=False)
    if not inline:
        look.empty(
            "imagesmode", "Nothing inside the text yet", "Select assets in the library and link them here."
        )
        return
    cards = pictures.with_urls(viewer.client(), viewer.person().user_id, [link["asset"] for link in inline])
    result = gallery(
        key=f"entry-{entry_id}",
        items=cards,
        next_key=None,
        query={},
        options={
            "revision": ",".join(link["id"] for link in inline),
            "open_href": "asset?id=",
            "open_via_trigger": True,
        },
    )
    if result.opened:
        go_to_asset(result.opened)
    chosen = [link for link in inline if link["asset"]["id"] in result.selection]
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="mo-bulk"):
        st.html(f'<p class="mo-selected">{len(chosen)} selected</p>', width="content")
        if len(chosen) == 1 and st.button("Use as cover", icon=":material/wallpaper:"):
            links.link(viewer.client(), entry_id, [chosen[0]["asset"]["id"]], "cover")
            st.rerun()
        if st.button("Take out", icon=":material/link_off:"):
            for link in chosen:
                links.unlink(viewer.client(), link["id"])
            st.rerun()


page()
