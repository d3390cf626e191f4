"""The dashboard as a site: its routes beside those of Streamlit."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from mediaops.api.app import create_api
from mediaops.errors import MediaOpsError
from mediaops.ui import components, look, signin
from mediaops.ui.gate import Gate

WEB = Path(__file__).parent / "web"
SCRIPT = Path(__file__).parent / "shell.py"
_log = logging.getLogger(__name__)
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=3600"


class Cached(StaticFiles):
    """Files with a fixed lifetime in the browser's cache."""

    def __init__(self, directory: Path, cache_control: str) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._cache_control = cache_control

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 404 without a lifetime."""
        response = await super().get_response(path, scope)
        if response.status_code in (200, 206, 304):
            response.headers["Cache-Control"] = self._cache_control
        return response


def routes(demo_people: signin.DemoPeople) -> list[BaseRoute]:
    """Everything that is not Streamlit's."""
    return [
        *signin.routes(demo_people),
        Mount("/components", Cached(components.STATIC, FOR_EVER)),
        Mount("/fonts", Cached(WEB / "fonts", FOR_EVER)),
        Mount("/web", Cached(WEB, FOR_A_WHILE)),
        Mount("/api", create_api()),
    ]


def middleware() -> list[Middleware]:
    """What every request passes."""
    return [Middleware(Gate)]


def script_failed(error: Exception) -> bool:
    """A mistake of ours: the log has it, the person gets a sentence and a number to name it by."""
    number = secrets.token_hex(3)
    _log.error("Page failed (%s)", number, exc_info=error)
    look.failure(
        MediaOpsError(
            "Something went wrong here.",
            hint=f"Reload the page. If it happens again, tell the people who run MediaOps: error {number}.",
        )
    )
    return True
