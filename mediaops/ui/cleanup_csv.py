"""A plan or report as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from mediaops import session
from mediaops.cleanup import plans
from mediaops.cleanup.models import Item, Run
from mediaops.cleanup.reasons import frozen_reason
from mediaops.client import person_client
from mediaops.library.export import to_csv
from mediaops.ui import cleanup_words, orphan_words


def button(run: Run) -> None:
    """Offers every item, also those on other pages; they are read when someone asks for them."""
    what = "report" if run["started_at"] else "plan"
    st.download_button(
        "Download CSV",
        _table(run["id"]),
        file_name=f"mediaops-{what}-{run['planned_at'][:10]}-{run['id'][:8]}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="run-csv",
        disabled=run["count"] == 0,
    )


def _table(run: str) -> Callable[[], bytes]:
    # Asked for in another thread, maybe an hour later: with the session as it is then, not with this run's.
    cookie = st.context.cookies.get(session.COOKIE)
    zone = st.context.timezone

    def content() -> bytes:
        client = person_client(session.current(cookie).access_token)
        return to_csv(row(item, zone) for item in plans.all_items(client, run))

    return content


def row(item: Item, zone: str | None = None) -> dict[str, Any]:
    """One item with everything a person may want to prove afterwards."""
    return {
        "item": item["id"],
        "class": orphan_words.NAMES.get(item["class"], item["class"]),
        "title": item["title"],
        "reason": frozen_reason(item, zone),
        "bytes": item["bytes"],
        "since": item["since"],
        "what_happens": cleanup_words.HAPPENS[item["action"]],
        "outcome": cleanup_words.outcome(item)[0],
        "why": item["outcome"],
        "when": item["touched_at"],
        "asset": item["asset"],
        "path": item["path"],
        "copy_that_stays": item["keep"],
    }
