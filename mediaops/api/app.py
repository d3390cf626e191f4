"""The API as one ASGI app, to be mounted under ``/api``."""

from __future__ import annotations

from fastapi import FastAPI

from mediaops.api import answers, health, library, orphans, review, uploads
from mediaops.api.guard import Guard


def create_api() -> FastAPI:
    """A new app. Its endpoints are plain functions and run in threads: they wait for the network."""
    # No page that lists the endpoints: who works with them reads the documentation.
    api = FastAPI(title="MediaOps", docs_url=None, redoc_url=None, openapi_url=None)
    api.add_middleware(Guard)
    answers.install(api)
    api.include_router(health.router)
    api.include_router(uploads.router)
    api.include_router(library.router)
    api.include_router(orphans.router)
    api.include_router(review.router)
    return api
