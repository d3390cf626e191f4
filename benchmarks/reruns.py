"""How long the server takes for one rerun of each page, with the sample library.

    python -m benchmarks.reruns --visits 20

A browser opens each page again and again (``opened``: a new session each time, while the browser beside it loads
the page) and asks for a rerun of the open page (``rerun``: as after a click); the clock is around Streamlit's run
of the script on the server. Nothing else runs by then: the sample is there and the worker's queue is empty.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from benchmarks import _figures
from tests.e2e.chromium import chromium
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import come_in_as, settled

TARGET_MS = 150.0
SEED_SECONDS = 300.0


def main(argv: list[str] | None = None) -> int:
    """Measure and show."""
    parser = _figures.parser(__doc__)
    parser.add_argument("--visits", type=int, default=20)
    options = parser.parse_args(argv)
    log = Path(tempfile.mkstemp(prefix="mediaops-reruns-")[1])
    dashboard = Dashboard(
        command=(sys.executable, "-m", "benchmarks._timed_app"),
        settings={"MEDIAOPS_SEED": "true", "BENCH_RERUNS": str(log)},
    )
    dashboard.start()
    try:
        rows = _measure(dashboard, log, options.visits)
    finally:
        dashboard.stop()
        log.unlink()
    _figures.show("Reruns on the server", rows)
    _figures.keep(options.json, "reruns", rows)
    return 0


def _measure(dashboard: Dashboard, log: Path, visits: int) -> list[dict[str, Any]]:
    staff = dashboard.person("staff")
    _wait_for_sample(dashboard, staff)
    asset = staff.rpc("find_assets", p_query="walden", p_limit=1)["items"][0]["id"]
    entry = staff.rpc("find_knowledge", p_limit=1)["items"][0]["id"]
    paths = {
        "library": "/",
        "library, searched": "/?q=the",
        "library, filtered": "/?linked=false&kind=image",
        "asset": f"/asset?id={asset}",
        "knowledge": "/knowledge",
        "entry": f"/entry?id={entry}",
        "upload": "/upload",
        "team": "/team",
    }
    with chromium() as browser:
        context = browser.new_context(base_url=dashboard.address, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        come_in_as(page, "ops")
        settled(page)
        return [_visits(page, log, name, path, visits) for name, path in paths.items()]


def _visits(page: Page, log: Path, name: str, path: str, visits: int) -> dict[str, Any]:
    def open_it() -> None:
        page.goto(path)
        page.wait_for_load_state("networkidle")

    open_it()
    settled(page)
    opened = _times(page, log, visits, open_it)
    # Streamlit's own key for it; nothing on the page has the focus.
    reruns = _times(page, log, visits, lambda: page.keyboard.press("r"))
    return {
        "page": name,
        "rerun p50 ms": _figures.percentile(reruns, 0.5),
        "rerun p95 ms": _figures.percentile(reruns, 0.95),
        "target ms": TARGET_MS,
        "opened p50 ms": _figures.percentile(opened, 0.5),
        "opened p95 ms": _figures.percentile(opened, 0.95),
        "counted": f"{len(reruns)}, {len(opened)}",
    }


def _times(page: Page, log: Path, visits: int, act: Callable[[], None]) -> list[float]:
    """Milliseconds of each whole run of the script that ``act`` brought about."""
    since = time.time()
    for _ in range(visits):
        act()
        settled(page)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line["ms"] for line in lines if line["at"] >= since and not line["fragment"]]


def _wait_for_sample(dashboard: Dashboard, staff: Any) -> None:
    deadline = time.monotonic() + SEED_SECONDS
    waiting = "select count(*) from procrastinate.procrastinate_jobs where status in ('todo', 'doing')"
    while time.monotonic() < deadline:
        if staff.rpc("count_assets")["count"] >= 250:
            with dashboard.connect() as connection:
                if connection.execute(waiting).fetchone() == (0,):
                    return
        time.sleep(1)
    raise AssertionError("the sample library did not arrive in five minutes")


if __name__ == "__main__":
    sys.exit(main())
