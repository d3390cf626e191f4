"""The tree of errors.

Every error a person can meet has a stable ``code`` (the same word in SQL, Python, TypeScript and
logs), a ``message`` that says in words what happened, and a ``hint`` that says what to do next.
SQL raises them as ``raise exception using errcode = 'PTnnn', message = <code>, detail = <message>,
hint = <hint>``; PostgREST and the embedded server carry the four parts over the wire unchanged.
"""

from __future__ import annotations

from typing import ClassVar


class MediaOpsError(Exception):
    """Root of the tree. ``code`` is stable, ``message`` and ``hint`` are for people."""

    code: str = "internal"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, code: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def as_dict(self) -> dict[str, str]:
        """The shape of an error in every HTTP answer of the API."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class NotSignedIn(MediaOpsError):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"
    status = 401


class Forbidden(MediaOpsError):
    """Signed in, but this person's role does not allow it."""

    code = "forbidden"
    status = 403


class NotFound(MediaOpsError):
    """There is no such thing, or this person may not know that there is."""

    code = "not_found"
    status = 404


class Conflict(MediaOpsError):
    """Someone or something changed it meanwhile, or its state does not allow the step."""

    code = "conflict"
    status = 409


class Invalid(MediaOpsError):
    """What was asked for can't be done as it was asked for."""

    code = "invalid"
    status = 422


class Rejected(Invalid):
    """An upload that was looked at and refused; its object is gone."""

    code = "rejected"


class Unavailable(MediaOpsError):
    """The question could not be asked: the database, Storage or an engine did not answer.

    Never the same as an empty answer.
    """

    code = "unavailable"
    status = 503


class ConfigurationError(MediaOpsError):
    """A setting is missing or wrong; the message names the setting."""

    code = "configuration"


BY_STATUS: dict[int, type[MediaOpsError]] = {
    400: Invalid,
    401: NotSignedIn,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    503: Unavailable,
}
