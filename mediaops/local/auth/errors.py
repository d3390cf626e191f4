"""Errors of ``/auth/v1``: ``{code, error_code, msg}`` with the real HTTP status."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response


class AuthFailure(Exception):
    """An answer that is no result."""

    def __init__(self, status: int, error_code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": status, "error_code": error_code, "msg": message, **more}

    def response(self) -> Response:
        """What goes over the wire."""
        return JSONResponse(self.body, self.status)


def bad_json() -> AuthFailure:
    """The body is not what the route takes."""
    return AuthFailure(400, "bad_json", "Could not parse request body as JSON")


def invalid_credentials() -> AuthFailure:
    """Wrong password and unknown address look the same."""
    return AuthFailure(400, "invalid_credentials", "Invalid login credentials")


def refresh_token_unknown() -> AuthFailure:
    """Never ours, or its session has ended."""
    return AuthFailure(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")


def refresh_token_used() -> AuthFailure:
    """It was rotated before: whoever holds it may have stolen it, so the session has ended."""
    return AuthFailure(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")


def unavailable() -> AuthFailure:
    """There is no database to ask."""
    return AuthFailure(503, "unexpected_failure", "The database did not answer. Try again in a moment.")


def user_not_found() -> AuthFailure:
    """No such user."""
    return AuthFailure(404, "user_not_found", "User not found")


def email_exists() -> AuthFailure:
    """The address is taken."""
    return AuthFailure(422, "email_exists", "A user with this email address has already been registered")


def weak_password(minimum: int) -> AuthFailure:
    """Too short."""
    return AuthFailure(
        422,
        "weak_password",
        f"Password should be at least {minimum} characters.",
        weak_password={"reasons": ["length"]},
    )
