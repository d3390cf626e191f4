"""Is it up, and does what it stands on answer? For load balancers and for people who look after it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from mediaops.client import rpc, service_client
from mediaops.errors import MediaOpsError
from mediaops.storage import stat

router = APIRouter()


@router.get("/health")
def health() -> JSONResponse:
    """200 ``{"status": "ok", "database": "ok", "storage": "ok"}``; 503 when one of them is ``"away"``."""
    service = service_client()
    parts = {
        "database": _answers(lambda: rpc(service, "session_get", p_id="health")),
        "storage": _answers(lambda: stat(service, "health")),
    }
    well = all(parts.values())
    told = {name: "ok" if up else "away" for name, up in parts.items()}
    return JSONResponse({"status": "ok" if well else "unwell", **told}, 200 if well else 503)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except MediaOpsError:
        return False
    return True
