"""How the API answers when something is wrong: always the same shape, never a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from mediaops.errors import MediaOpsError

log = logging.getLogger(__name__)


def error_answer(status: int, code: str, message: str, hint: str = "") -> JSONResponse:
    """``{"error": {code, message, hint}}``."""
    return JSONResponse({"error": {"code": code, "message": message, "hint": hint}}, status)


def install(api: FastAPI) -> None:
    """Make every error that leaves an endpoint an answer."""

    @api.exception_handler(MediaOpsError)
    def known(request: Request, error: MediaOpsError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        if error.status >= 500 and error.status != 503:
            return unknown(request, error)
        return error_answer(error.status, error.code, error.message, error.hint)

    @api.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return error_answer(
            422, "invalid", _in_words(error.errors()), "Correct the request and send it again."
        )

    @api.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        return error_answer(error.status_code, codes.get(error.status_code, "invalid"), str(error.detail))

    @api.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> JSONResponse:
        # What went wrong inside is for the log; it may name things that are nobody's business.
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return error_answer(
            500,
            "internal",
            "Something went wrong on our side.",
            "Try again; if it stays, tell the people who run this.",
        )


def _in_words(errors: Sequence[Any]) -> str:
    first = cast(dict[str, Any], errors[0]) if errors else {}
    where = ".".join(str(part) for part in first.get("loc", ())[1:])
    said = str(first.get("msg", "The request can't be understood."))
    return f"{where}: {said}" if where else said
