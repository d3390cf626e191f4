"""Errors of ``/rest/v1`` in PostgREST's shape: ``{code, message, details, hint}``."""

from __future__ import annotations

import re

import psycopg
from starlette.responses import JSONResponse, Response

# SQLSTATE, or its beginning, to HTTP status; the first that fits. Else 400.
STATUS_BY_SQLSTATE: tuple[tuple[str, int], ...] = (
    ("08", 503),
    ("09", 500),
    ("0L", 403),
    ("0P", 403),
    ("21000", 500),
    ("23503", 409),
    ("23505", 409),
    ("25006", 405),
    ("25", 500),
    ("28", 403),
    ("2D", 500),
    ("38", 500),
    ("39", 500),
    ("3B", 500),
    ("40", 500),
    ("53400", 500),
    ("53", 503),
    ("54", 500),
    ("55", 500),
    ("57P01", 503),
    ("57", 500),
    ("58", 500),
    ("F0", 500),
    ("HV", 500),
    ("P0001", 400),
    ("P0", 500),
    ("XX", 500),
    ("42883", 404),
    ("42P01", 404),
    ("42P17", 500),
)
RAISED_STATUS = re.compile(r"PT(\d{3})")


class RestError(Exception):
    """An answer that is no result."""

    def __init__(
        self, status: int, code: str, message: str, details: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "details": details, "hint": hint}

    def response(self) -> Response:
        """What goes over the wire."""
        headers = {"Proxy-Status": f"PostgREST; error={self.body['code']}"}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(self.body, self.status, headers=headers)


def from_database(error: psycopg.Error, role: str) -> RestError:
    """What a database error means to this caller."""
    sqlstate = error.sqlstate or "XX000"
    diagnostic = error.diag
    message = diagnostic.message_primary or str(error)
    return RestError(
        _status(sqlstate, message, role),
        sqlstate,
        message,
        diagnostic.message_detail,
        diagnostic.message_hint,
    )


def database_down(reason: str) -> RestError:
    """There is no database to ask."""
    return RestError(503, "PGRST000", "Database connection error. Retrying the connection.", reason)


def _status(sqlstate: str, message: str, role: str) -> int:
    if raised := RAISED_STATUS.fullmatch(sqlstate):
        status = int(raised[1])
        return status if 200 <= status <= 599 else 500
    if sqlstate == "42501":
        return 401 if role == "anon" else 403
    if sqlstate == "21000" and message.endswith("requires a WHERE clause"):
        return 400
    return next((status for start, status in STATUS_BY_SQLSTATE if sqlstate.startswith(start)), 400)
