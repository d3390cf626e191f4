"""Every page of the dashboard and its address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from mediaops.settings import ROOT

PAGES: Final = ROOT / "pages"


@dataclass(frozen=True)
class Place:
    """A page: its file under ``pages/``, its name, a Material symbol, its address below the root."""

    file: str
    title: str
    icon: str
    path: str

    def page(self) -> Any:
        """As ``st.navigation``, ``st.page_link`` and ``st.switch_page`` want it."""
        return st.Page(
            PAGES / self.file,
            title=self.title,
            icon=f":material/{self.icon}:",
            url_path=self.path,
            default=self is LIBRARY,
            visibility="visible",
        )


LIBRARY: Final = Place("library.py", "Library", "photo_library", "library")
UPLOAD: Final = Place("upload.py", "Upload", "upload", "upload")
KNOWLEDGE: Final = Place("knowledge.py", "Knowledge", "menu_book", "knowledge")
REVIEW: Final = Place("review.py", "Review", "rule", "review")
READINGS: Final = Place("readings.py", "Readings", "document_scanner", "readings")
TRASH: Final = Place("trash.py", "Trash", "delete", "trash")
CLEANUP: Final = Place("cleanup.py", "Clean-up", "cleaning_services", "cleanup")
ORPHANS: Final = Place("orphans.py", "Orphans", "link_off", "orphans")
TEAM: Final = Place("team.py", "Team", "group", "team")
ASSET: Final = Place("asset.py", "Asset", "image", "asset")
RUN: Final = Place("run.py", "Clean-up run", "checklist", "cleanup-run")
ENTRY: Final = Place("entry.py", "Knowledge entry", "article", "entry")

# What the sidebar lists, in sections; the other pages are reached from these.
SECTIONS: Final[dict[str, tuple[Place, ...]]] = {
    "": (LIBRARY, UPLOAD, KNOWLEDGE, READINGS, REVIEW),
    "Care": (ORPHANS, TRASH, CLEANUP),
    "People": (TEAM,),
}
EVERYWHERE: Final = (*(place for places in SECTIONS.values() for place in places), ASSET, ENTRY, RUN)


def go_to_asset(asset: str) -> None:
    """Leave for an asset's page."""
    go_to(ASSET, id=asset)


def go_to(place: Place, **query: str) -> None:
    """Leave for another page, with a way back.

    ``st.switch_page`` writes the new query into the address of the page that is being left, and its own
    address only then: Back would end on the library with the asset's id instead of its search. Told as a
    step in the browser's history, Streamlit goes there as it does on Back and Forward.
    """
    address = json.dumps(f"{place.path}?{urlencode(query)}")
    st.html(
        f"<script>history.pushState({{}}, '', new URL({address}, document.baseURI));"
        "dispatchEvent(new PopStateEvent('popstate'))</script>",
        unsafe_allow_javascript=True,
    )


def link_to_entry(knowledge: str, label: str, **options: Any) -> None:
    """A link to a knowledge entry, inside the dashboard."""
    st.page_link(ENTRY.page(), label=label, query_params={"id": knowledge}, **options)


def link_to_connections(*, asset: str = "", knowledge: str = "") -> None:
    """A link to the graph of what links to what around one of these."""
    around = {"asset": asset} if asset else {"knowledge": knowledge}
    st.page_link(
        ORPHANS.page(),
        label="Connections",
        icon=":material/hub:",
        query_params={"show": "Connections", **around},
    )


def link_to_asset(asset: str, label: str, **options: Any) -> None:
    """A link to an asset's page."""
    st.page_link(ASSET.page(), label=label, query_params={"id": asset}, **options)
