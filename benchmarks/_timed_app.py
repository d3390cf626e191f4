"""Starts the dashboard with a clock around every rerun: one JSON line each in the file BENCH_RERUNS names."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.web import cli

_run = script_runner.ScriptRunner._run_script


def _timed(self: Any, rerun_data: Any) -> None:
    started = time.perf_counter()
    try:
        _run(self, rerun_data)
    finally:
        line = {
            "at": time.time(),
            "ms": (time.perf_counter() - started) * 1000,
            "fragment": bool(rerun_data.fragment_id_queue),
        }
        with Path(os.environ["BENCH_RERUNS"]).open("a") as out:
            out.write(json.dumps(line) + "\n")


script_runner.ScriptRunner._run_script = _timed  # pyright: ignore[reportAttributeAccessIssue]

if __name__ == "__main__":
    port = os.environ["MEDIAOPS_PORT"]
    sys.argv = ["streamlit", "run", "app.py", "--server.port", port, "--server.address", "127.0.0.1"]
    cli.main()
