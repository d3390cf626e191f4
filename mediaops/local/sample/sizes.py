"""How large each kind of file is, and where a book page stands in its book."""

from __future__ import annotations

from mediaops.local.sample.content import books
from mediaops.local.sample.spec import random_of


def size_of(what: str, key: str) -> tuple[int, int]:
    """Width and height in pixels that suit the kind."""
    r = random_of("size", key)
    kind = what.split(":")[0]
    shapes = {
        "page": [(1200, 1600), (1080, 1440), (1080, 1440), (1152, 1536), (1080, 1440), (1536, 2048)],
        "herbarium": [(900, 1200), (960, 1280)],
        "notebook": [(960, 1280), (1200, 900)],
        "quote": [(1080, 1080), (1080, 1350), (1200, 675)],
        "chart": [(1280, 800), (1200, 900)],
        "board": [(1280, 860), (1200, 900)],
        "notes": [(1280, 860), (1200, 900)],
        "books": [(1200, 900), (1280, 860)],
        "skyline": [(1440, 620), (1280, 720), (1200, 800)],
        "portrait": [(640, 640)],
        "contours": [(1200, 900), (1000, 1000)],
        "film": [(640, 360)],
    }
    usual = [(1200, 800), (1200, 675), (1000, 1000), (900, 1200), (1280, 640), (1200, 800), (864, 1080)]
    if kind == "page" and what.endswith(":spread"):
        return 1536, 1152
    options = shapes.get(kind, usual)
    return options[int(r.integers(len(options)))]


def page_number(what: str) -> int:
    """The page of the book on which a ``page:`` drawing starts."""
    _, key, start, *_ = what.split(":")
    return books()[key].first_page + 2 * int(start)
