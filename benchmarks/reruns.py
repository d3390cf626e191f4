"""How long the server takes for one rerun of each page, with the sample library.

    python -m benchmarks.reruns --visits 20

A browser opens each page again and again; the clock is around Streamlit's run of the script on the server.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
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
    _wait_for_sample(staff)
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
    page.goto(path)
    settled(page)
    since = time.time()
    for _ in range(visits):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        settled(page)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    times = [line["ms"] for line in lines if line["at"] >= since and not line["fragment"]]
    return {
        "page": name,
        "reruns": len(times),
        "p50 ms": _figures.percentile(times, 0.5),
        "p95 ms": _figures.percentile(times, 0.95),
        "target ms": TARGET_MS,
    }


def _wait_for_sample(staff: Any) -> None:
    deadline = time.monotonic() + SEED_SECONDS
    while time.monotonic() < deadline:
        if staff.rpc("count_assets")["count"] >= 250:
            return
        time.sleep(1)
    raise AssertionError("the sample library did not arrive in five minutes")


if __name__ == "__main__":
    sys.exit(main())
