"""The newest look through Storage: how it stands, how far it is, and for ops its start and stop."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from mediaops.cleanup import orphans
from mediaops.cleanup.models import Scan
from mediaops.ui import look, viewer, words

LOOK_AGAIN_SECONDS: Final = 1.5
_PHASES: Final = {
    "objects": "files in Storage",
    "rows": "assets in the library",
    "bytes": "assets, their bytes compared",
}


def state(scan: Scan | None) -> None:
    """A line that follows a running scan by itself; the page is drawn again when it ends."""
    running = scan is not None and scan["state"] == "running"
    st.fragment(_state, run_every=LOOK_AGAIN_SECONDS if running else None)(running)


@viewer.part
def _state(was_running: bool) -> None:
    client = viewer.client()
    scan = orphans.scan_status(client)
    running = scan is not None and scan["state"] == "running"
    if running != was_running:
        st.rerun(scope="app")
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="mo-scan", width="content"
    ):
        if running and scan:
            st.progress(share(scan), text=progress(scan), width=360)
            if viewer.person().is_ops and st.button("Stop", icon=":material/stop:", key="scan-stop"):
                orphans.stop_scan(client, scan["id"])
                st.rerun(scope="app")
        else:
            st.html(
                f'<p class="mo-subtle">{look.escape(ended(scan, st.context.timezone))}</p>', width="content"
            )
            if viewer.person().is_ops and st.button(
                "Look through Storage", icon=":material/radar:", key="scan-start"
            ):
                orphans.start_scan(client)
                st.rerun(scope="app")


def share(scan: Scan) -> float:
    """0..1; ``expected`` is an estimate, so a running scan never says that it is through."""
    return min(0.99, scan["seen"] / scan["expected"]) if scan["expected"] else 0.0


def progress(scan: Scan) -> str:
    """What a running scan is doing."""
    what = _PHASES[scan["phase"]]
    return f"Looking at {what}: {words.number(scan['seen'])} seen, {words.number(scan['found'])} found"


def ended(scan: Scan | None, zone: str | None = None, now: datetime | None = None) -> str:
    """What became of the newest scan."""
    if scan is None:
        return "Storage was not looked through yet."
    at = scan["finished_at"] or scan["seen_at"]
    when = words.when(at, zone)
    if scan["state"] == "stopped":
        return f"The last scan was stopped {when}; what was known before it stands."
    if scan["state"] == "failed":
        return f"The last scan failed {when}: {scan['error'] or 'no reason is known'}"
    took = "under a second" if scan["seconds"] < 1 else words.plural(round(scan["seconds"]), "second")
    return f"Storage looked through {words.ago(at, now)}: {words.number(scan['seen'])} seen in {took}."
