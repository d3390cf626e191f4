"""``python -m benchmarks._cleanup_plot JSON... --svg FILE``: how the cost of clean-up grows, from measured runs."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 70, 190, 30, 50
# CPU where it is known: the machine's other work is not in it.
LINES = (
    ("scan of Storage, whole", lambda run: run["objects"] / run["scan_objects_per_cpu_s"], "#2a78b5"),
    ("plan of up to 100,000 items", lambda run: run["plan_cpu_seconds"], "#c2571a"),
    ("1,000 assets to the trash", lambda run: 1000 / run["trash_per_cpu_s"], "#7a4fb0"),
    ("summary of all classes", lambda run: run["summary_cpu_ms"] / 1000, "#1f8a5b"),
    ("first page, unlinked", lambda run: run["first page unlinked_cpu_ms"] / 1000, "#b0892a"),
    ("a page of the library", lambda run: run["browsing alone: p95_cpu_ms"] / 1000, "#777777"),
)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--svg", type=Path, required=True)
    options = parser.parse_args(argv)
    runs = [run for path in options.runs for run in json.loads(path.read_text())["runs"]]
    options.svg.write_text(drawn(sorted(runs, key=lambda run: run["assets"])))
    return 0


def drawn(runs: list[dict[str, Any]]) -> str:
    """Both axes are logarithmic: a line that rises with the dotted one grows with the library, a flat one does not."""
    low, high = runs[0]["assets"], runs[-1]["assets"]
    values = [cost(run) for _, cost, _ in LINES for run in runs]
    floor, ceiling = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(assets: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(assets / low) / math.log(high / low)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(seconds) - floor) / (ceiling - floor)

    parts: list[str] = []
    for power in range(floor, ceiling + 1):
        at, label = y(10**power), f"{10**power:g} s" if power >= 0 else f"{10 ** (power + 3):g} ms"
        parts.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    for run in runs:
        at = x(run["assets"])
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{short(run["assets"])}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">assets</text>')
    start = min(values) * 2
    parts.append(
        f'<path class="like" d="M{x(low):.1f} {y(start):.1f}L{x(high):.1f} {y(min(start * high / low, 10**ceiling)):.1f}"/>'
    )
    parts.append(
        f'<text class="faint" x="{x(high) - 4:.1f}" y="{y(min(start * high / low, 10**ceiling)) - 8:.1f}"'
        ' text-anchor="end">as the library grows</text>'
    )
    names = sorted(((y(cost(runs[-1])), name, color) for name, cost, color in LINES))
    below = 0.0
    for at, name, color in names:
        below = max(at + 4, below + 15)  # labels keep apart where lines meet
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{below:.1f}" style="fill:{color}">{name}</text>')
    for _, cost, color in LINES:
        points = " ".join(f"{x(run['assets']):.1f},{y(cost(run)):.1f}" for run in runs)
        parts.append(f'<polyline points="{points}" style="stroke:{color}"/>')
        parts += [
            f'<circle cx="{x(run["assets"]):.1f}" cy="{y(cost(run)):.1f}" r="3" style="fill:{color}"/>'
            for run in runs
        ]
    return STYLE.format(width=WIDTH, height=HEIGHT) + "\n".join(parts) + "\n</svg>\n"


def short(count: int) -> str:
    """``1000000`` -> ``1 M``."""
    return f"{count / 1e6:g} M" if count >= 1e6 else f"{count / 1e3:g} k"


STYLE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>CPU seconds of the database by the number of assets, both logarithmic; the dotted line grows like the library</title>
<style>text{{font:12px sans-serif;fill:#444}}polyline{{fill:none;stroke-width:2}}.grid{{stroke:#8883}}
.faint{{fill:#888}}.like{{stroke:#888;stroke-dasharray:2 4;fill:none}}</style>
<rect width="100%" height="100%" fill="#fff"/>
"""

if __name__ == "__main__":
    sys.exit(main())
