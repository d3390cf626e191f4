"""The routes of signing in and out. The cookie is set here and nowhere else."""

from __future__ import annotations

import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mediaops import session
from mediaops.errors import Forbidden, MediaOpsError, NotSignedIn
from mediaops.origin import over_https, safe_next, same_origin
from mediaops.settings import get_settings
from mediaops.ui import signin_page

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Demo:
    """A demo person of the embedded Supabase: who may come in by a click."""

    role: str
    name: str
    email: str
    password: str


DemoPeople = Callable[[], Sequence[Demo]]
ATTEMPTS = 8
ATTEMPTS_WINDOW_SECONDS = 300.0
_NOTICES = {
    "ended": ("You were signed out.", "Your session has ended. Sign in again to go on."),
    "out": ("You are signed out.", "See you soon."),
}
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; "
        "script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}


class Attempts:
    """Failed sign-ins by address and email, counted in this process over a sliding window."""

    def __init__(self, most: int = ATTEMPTS, window_seconds: float = ATTEMPTS_WINDOW_SECONDS) -> None:
        self._most = most
        self._window = window_seconds
        self._failures: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def check(self, key: str) -> None:
        """Raises ``too_many_attempts`` when the next try has to wait."""
        with self._lock:
            failures = self._fresh(key)
            if len(failures) >= self._most:
                wait = int(self._window - (time.monotonic() - failures[0])) + 1
                raise NotSignedIn(
                    "Too many attempts.",
                    code="too_many_attempts",
                    hint=f"Wait {wait // 60 + 1} minutes, then try again.",
                )

    def failed(self, key: str) -> None:
        """Count one failure."""
        with self._lock:
            self._fresh(key).append(time.monotonic())
            if len(self._failures) > 10_000:
                for stale in [name for name in self._failures if not self._fresh(name)]:
                    del self._failures[stale]

    def _fresh(self, key: str) -> deque[float]:
        failures = self._failures[key]
        while failures and time.monotonic() - failures[0] > self._window:
            failures.popleft()
        return failures


def routes(demo_people: DemoPeople) -> list[Route]:
    """The sign-in page and its POST routes. ``demo_people`` is asked in embedded mode only."""
    desk = _Desk(demo_people)
    return [
        Route("/sign-in", desk.page, methods=["GET"]),
        Route("/auth/sign-in", desk.sign_in, methods=["POST"]),
        Route("/auth/demo", desk.demo, methods=["POST"]),
        Route("/auth/sign-out", desk.sign_out, methods=["POST"]),
    ]


class _Desk:
    def __init__(self, demo_people: DemoPeople) -> None:
        self._demo_people = demo_people
        self._attempts = Attempts()

    async def page(self, request: Request) -> Response:
        """GET /sign-in: someone who is signed in already goes on, unless they were just told otherwise."""
        next_path = safe_next(request.query_params.get("next"))
        why = request.query_params.get("why", "")
        cookie = request.cookies.get(session.COOKIE)
        if cookie and why not in _NOTICES:
            try:
                await run_in_threadpool(session.current, cookie)
                return RedirectResponse(next_path, 303)
            except NotSignedIn as error:
                why = "ended" if error.code == "session_ended" else ""
            except MediaOpsError as error:
                return self._answer(next_path, problem=error, status=error.status)
        return self._answer(next_path, notice=_NOTICES.get(why))

    async def sign_in(self, request: Request) -> Response:
        """POST /auth/sign-in with email, password, next."""
        form = await request.form(max_files=0, max_fields=10)
        email, password = _text(form, "email").strip(), _text(form, "password")
        address = request.client.host if request.client else ""
        key = f"{address}\n{email.lower()}"

        def open_it() -> str:
            self._attempts.check(key)
            try:
                return session.open_session(email, password)
            except NotSignedIn:
                self._attempts.failed(key)
                raise

        return await self._enter(request, form, open_it, email)

    async def demo(self, request: Request) -> Response:
        """POST /auth/demo with person: one click in, only where the embedded Supabase runs."""
        form = await request.form(max_files=0, max_fields=10)
        person = self._demo().get(_text(form, "person"))
        if person is None:
            return Response("Not found", 404)
        return await self._enter(
            request, form, lambda: session.open_session(person.email, person.password), ""
        )

    async def sign_out(self, request: Request) -> Response:
        """POST /auth/sign-out: the session ends on the server, then the cookie goes."""
        try:
            _require_same_origin(request)
            await run_in_threadpool(session.close, request.cookies.get(session.COOKIE))
        except MediaOpsError as error:
            return self._refuse(request, "/", error, "")
        response = _ok(request, "/sign-in?why=out")
        response.delete_cookie(session.COOKIE, path="/", httponly=True, samesite="lax")
        return response

    async def _enter(
        self, request: Request, form: FormData, open_it: Callable[[], str], email: str
    ) -> Response:
        next_path = safe_next(_text(form, "next"))
        try:
            _require_same_origin(request)
            cookie = await run_in_threadpool(open_it)
            # Whoever was signed in before in this browser is signed out: one browser, one session.
            await run_in_threadpool(session.close, request.cookies.get(session.COOKIE))
        except MediaOpsError as error:
            return self._refuse(request, next_path, error, email)
        response = _ok(request, next_path)
        response.set_cookie(
            session.COOKIE,
            cookie,
            max_age=int(session.LIFETIME.total_seconds()),
            path="/",
            httponly=True,
            samesite="lax",
            secure=over_https(request),
        )
        return response

    def _refuse(self, request: Request, next_path: str, error: MediaOpsError, email: str) -> Response:
        status = 429 if error.code == "too_many_attempts" else error.status
        if _wants_json(request):
            return JSONResponse({"error": error.as_dict()}, status)
        return self._answer(next_path, problem=error, email=email, status=status)

    def _answer(
        self,
        next_path: str,
        *,
        email: str = "",
        problem: MediaOpsError | None = None,
        notice: tuple[str, str] | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        demo = {role: person.name for role, person in self._demo().items()}
        html = signin_page.render(next_path=next_path, email=email, problem=problem, notice=notice, demo=demo)
        return HTMLResponse(html, status, headers=PAGE_HEADERS)

    def _demo(self) -> dict[str, Demo]:
        """With a real project there are no demo people, whatever lies on the disk."""
        people: Sequence[Demo] = self._demo_people() if get_settings().mediaops_embedded else ()
        return {person.role: person for person in people}


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _require_same_origin(request: Request) -> None:
    if not same_origin(request):
        raise Forbidden(
            "This request did not come from MediaOps itself.",
            code="foreign_origin",
            hint="Open MediaOps in a new tab and try again there.",
        )


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _ok(request: Request, where: str) -> Response:
    return JSONResponse({"ok": True}) if _wants_json(request) else RedirectResponse(where, 303)
