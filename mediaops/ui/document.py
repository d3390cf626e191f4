"""The one HTML document that carries the dashboard: Streamlit's, under our name from the first byte."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from streamlit.file_util import get_static_dir


@lru_cache(maxsize=1)
def streamlit_index() -> str:
    """Streamlit's own index.html."""
    return (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def document() -> str:
    """The same with our title, mark and font; where Streamlit's text changed, it stays as it is."""
    font = '<link rel="preload" href="/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin />'
    return (
        streamlit_index()
        .replace("<title>Streamlit</title>", f"<title>MediaOps</title>{font}")
        .replace('href="./favicon.png"', 'href="/web/mark.svg" type="image/svg+xml"')
        # Pages lie at the root, but a path with a slash in it must not break the scripts' addresses.
        .replace('="./static/', '="/static/')
    )
