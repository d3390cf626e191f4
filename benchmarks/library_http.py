"""How fast the library answers over HTTP: the questions of ``library_query``, asked of the embedded gateway.

    python -m benchmarks.library_http --assets 1000000 --keep DIR --json out.json

One person of staff asks one question after the other over a connection that is kept, as the dashboard does.
``gateway`` is what is beyond the same question asked of Postgres directly, alternating with it in the same run.
Client and gateway share one process here, which costs a little more than two would.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks._asking import Asking, timed
from benchmarks._cleanup_library import OPS, stack_of
from benchmarks._figures import keep, parser, percentile, show
from benchmarks._library_cases import Case, cases
from mediaops.local.stack import LocalStack
from mediaops.local.tokens import Tokens

TARGET_MS = 60
WARM_CALLS = 10


def main(argv: list[str] | None = None) -> int:
    """Ask every question over HTTP and directly."""
    arguments = parser(__doc__)
    arguments.add_argument("--assets", type=int, default=100_000)
    arguments.add_argument("--calls", type=int, default=40, help="measured calls of each question")
    arguments.add_argument("--keep", type=Path, help="take up the library of `cleanup --keep` from here")
    options = arguments.parse_args(argv)
    with (
        stack_of(options.assets, options.keep) as stack,
        Client(stack) as client,
        psycopg.connect(stack.postgres.url, autocommit=True) as admin,
    ):
        direct = Asking(stack.postgres.url)
        rows = [measure(client, direct, case, options.calls) for case in cases(admin)]
    show(f"Library of {options.assets:,} assets over HTTP, milliseconds", rows)
    keep(options.json, "library_http", rows, assets=options.assets)
    return 0


class Client:
    """Someone of the team, over HTTP."""

    def __init__(self, stack: LocalStack) -> None:
        claims = {"sub": OPS, "role": "authenticated", "aud": "authenticated"}
        token = Tokens(stack.jwt_secret).sign_for(7200, claims)
        headers = {
            "apikey": stack.publishable_key,
            "Authorization": f"Bearer {token}",
            "Content-Profile": "media",
        }
        self._http = httpx.Client(base_url=f"{stack.url}/rest/v1/rpc", headers=headers, timeout=60)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def call(self, function: str, arguments: dict[str, Any]) -> Any:
        """The answer of a function. Raises for anything but one."""
        said = {name: _plain(value) for name, value in arguments.items()}
        return self._http.post(function, json=said).raise_for_status().json()


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def measure(client: Client, direct: Asking, case: Case, calls: int) -> dict[str, Any]:
    """One kind of question, with other values at each call."""
    over_http: list[float] = []
    directly: list[float] = []
    for number in range(WARM_CALLS + calls):
        arguments = case.ask()
        there = timed(client.call, case.function, arguments)[0] * 1000
        here = timed(direct.call, case.function, arguments)[0] * 1000
        if number >= WARM_CALLS:
            over_http.append(there)
            directly.append(here)
    return {
        "question": case.name,
        "p50": statistics.median(over_http),
        "p95": percentile(over_http, 0.95),
        "target p95": TARGET_MS,
        "direct p50": statistics.median(directly),
        "direct p95": percentile(directly, 0.95),
        "gateway p50": statistics.median(over_http) - statistics.median(directly),
    }


if __name__ == "__main__":
    sys.exit(main())
