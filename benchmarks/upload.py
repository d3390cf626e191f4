"""One 12 MP page at 10 Mbit/s up: the uploader against the plain way, in the same run.

    python -m benchmarks.upload --rounds 5 [--page FILE.jpg]

The plain way is ``st.file_uploader``, Pillow on the server, and from there to Storage. Chromium's own
throttle gives both the same line. "Preview" is the picture seen in the page, "stored" the moment the page
says that the object is where it belongs (for the uploader: verified and ready for a reading).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from benchmarks import _figures
from mediaops.settings import ROOT
from tests.e2e.chromium import chromium
from tests.e2e.dashboard import Dashboard, free_port, plain_environment
from tests.e2e.steps import come_in_as, settled

PAGE = ROOT / "tests" / "data" / "pages" / "dev_00003.jpg"
UP_BYTES_A_SECOND = 10_000_000 / 8
WAIT_MS = 120_000
NET = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": UP_BYTES_A_SECOND}


def main(argv: list[str] | None = None) -> int:
    """Measure both, turn by turn, and show."""
    parser = _figures.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(argv)
    dashboard = Dashboard()
    dashboard.start()
    plain, plain_url = _start_plain(dashboard)
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    try:
        with chromium() as browser:
            for number in range(options.rounds + 1):
                photo = _another(options.page, number)
                mine, other = _uploader(browser, dashboard, photo), _plain(browser, plain_url, photo)
                if number:  # the first round warms both up
                    ours.append(mine)
                    theirs.append(other)
                photo.unlink()
    finally:
        plain.terminate()
        plain.wait(20)
        dashboard.stop()
    rows = [_row("uploader", ours), _row("st.file_uploader", theirs)]
    rows.append(
        {"way": "ratio"}
        | {name: round(rows[0][name] / rows[1][name], 2) for name in rows[0] if name != "way"}
    )
    _figures.show(f"{options.page.name}, {options.page.stat().st_size / 1e6:.1f} MB, at 10 Mbit/s", rows)
    _figures.keep(options.json, "upload", rows, page=options.page.name, bytes=options.page.stat().st_size)
    return 0


def _row(name: str, runs: list[dict[str, float]]) -> dict[str, Any]:
    middle = {key: _figures.percentile([run[key] for run in runs], 0.5) for key in runs[0]}
    return {
        "way": name,
        "preview ms": middle["preview"],
        "stored ms": middle["stored"],
        "sent kB": middle["sent"],
    }


def _another(page: Path, number: int) -> Path:
    """The same page with other bytes: a file that is known already would not be sent."""
    out = Path(os.environ.get("TMPDIR", "/tmp")) / f"bench-{os.getpid()}-{number}.jpg"  # noqa: S108
    content = page.read_bytes()
    out.write_bytes(content[:2] + b"\xff\xfe\x00\x06" + f"{number:04d}".encode() + content[2:])
    with Image.open(out) as image:
        image.verify()
    return out


def _throttled(browser: Browser, address: str) -> tuple[Page, dict[str, float]]:
    """A page on a line of 10 Mbit/s, and a count of what it sends (kB)."""
    page = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}).new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", NET)
    sent = {"sent": 0.0}

    def count(request: Any) -> None:
        if request.method in ("PUT", "POST") and "/auth/" not in request.url:
            # Playwright knows no size of a body that is a file; the header does.
            sent["sent"] += float(request.all_headers().get("content-length", 0)) / 1000

    page.on("requestfinished", count)
    return page, sent


def _uploader(browser: Browser, dashboard: Dashboard, photo: Path) -> dict[str, float]:
    page, sent = _throttled(browser, dashboard.address)
    come_in_as(page, "staff", "/upload?for=annotation")
    settled(page)
    chooser = page.get_by_label("Images to upload")
    chooser.wait_for(state="attached")
    started = time.perf_counter()
    chooser.set_input_files(photo)
    row = page.get_by_role("listitem", name=photo.name, exact=True)
    row.locator("img").first.wait_for(timeout=WAIT_MS)
    preview = (time.perf_counter() - started) * 1000
    expect(page.locator(".up-row--done")).to_be_visible(timeout=WAIT_MS)
    stored = (time.perf_counter() - started) * 1000
    page.context.close()
    return {"preview": preview, "stored": stored, **sent}


def _plain(browser: Browser, url: str, photo: Path) -> dict[str, float]:
    page, sent = _throttled(browser, url)
    page.goto("/", timeout=WAIT_MS)
    settled(page)
    started = time.perf_counter()
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_text("previewed", exact=True).wait_for(timeout=WAIT_MS)
    preview = (time.perf_counter() - started) * 1000
    page.get_by_text("stored", exact=True).wait_for(timeout=WAIT_MS)
    stored = (time.perf_counter() - started) * 1000
    page.context.close()
    return {"preview": preview, "stored": stored, **sent}


def _start_plain(dashboard: Dashboard) -> tuple[subprocess.Popen[bytes], str]:
    """The plain page on the same Storage."""
    port = free_port()
    environment = plain_environment() | {
        "SUPABASE_URL": dashboard.url,
        "SUPABASE_PUBLISHABLE_KEY": dashboard.publishable_key,
        "SUPABASE_SECRET_KEY": dashboard.secret_key,
        "MEDIAOPS_BUCKET_PLAIN": "media",
        "PYTHONPATH": str(ROOT),
    }
    command = [
        sys.executable, "-m", "streamlit", "run", "benchmarks/_plain_upload.py", "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true", "--server.maxUploadSize", "200",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/_stcore/health").is_success:
                return process, url
        except httpx.HTTPError:
            time.sleep(0.2)
    process.kill()
    raise AssertionError("the plain page did not start")


if __name__ == "__main__":
    sys.exit(main())
