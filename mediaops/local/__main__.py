"""``python -m mediaops.local --data-dir D --port P``: the embedded Supabase in a process of its own.

Prints one line of JSON when it answers, ``{"ready": {environment}}``, or ``{"error": {code, message, hint}}``
when it can't. Ends, Postgres with it, when its standard input ends (whoever started it has gone, killed or
not), on SIGTERM and on Ctrl-C.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from mediaops.errors import MediaOpsError
from mediaops.local.stack import LocalStack
from mediaops.settings import get_settings


def main() -> int:
    """Run until told to end; the exit code."""
    options = _options()
    logging.basicConfig(format="%(levelname)s supabase: %(message)s", level=logging.WARNING)
    logging.getLogger("mediaops").setLevel(logging.INFO)
    ending = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ending.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    if not options.detached:
        threading.Thread(target=_until_input_ends, args=(ending,), daemon=True).start()
    stack = LocalStack(options.data_dir, options.port, host=options.host)
    try:
        stack.start()
    except MediaOpsError as error:
        _say({"error": error.as_dict()})
        return 1
    try:
        _say({"ready": stack.environment()})
        ending.wait()
    finally:
        stack.stop()
    return 0


def _options() -> argparse.Namespace:
    settings = get_settings()
    parser = argparse.ArgumentParser(prog="python -m mediaops.local", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=settings.mediaops_data_dir)
    parser.add_argument("--port", type=int, default=settings.mediaops_local_port, help="0: any free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--detached", action="store_true", help="go on when standard input ends; for running it by hand"
    )
    return parser.parse_args()


def _say(line: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    # Nobody reads on: whatever is written later must not fill the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def _until_input_ends(ending: threading.Event) -> None:
    # Not through sys.stdin: a thread inside it holds a lock that the interpreter needs to end.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    ending.set()


if __name__ == "__main__":
    sys.exit(main())
