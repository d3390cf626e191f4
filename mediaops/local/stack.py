"""The embedded Supabase as one thing: Postgres, schema, gateway."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import uvicorn

from mediaops.errors import ConfigurationError, Unavailable
from mediaops.local.bootstrap import bootstrap
from mediaops.local.context import Context
from mediaops.local.database import Pool
from mediaops.local.demo import DemoPerson, ensure_demo_people
from mediaops.local.gateway import gateway
from mediaops.local.installation import load_installation
from mediaops.local.postgres import Postgres
from mediaops.local.storage.files import ObjectFiles
from mediaops.local.tokens import Tokens
from mediaops.migrations import migrate

log = logging.getLogger(__name__)

# Together well under Postgres' max_connections; the rest is for the dashboard and workers.
CALLER_CONNECTIONS, AUTH_CONNECTIONS, STORAGE_CONNECTIONS = 24, 6, 12
START_SECONDS = 30.0
WATCH_SECONDS = 0.2


class LocalStack:
    """The embedded Supabase under ``data_dir``, served on a loopback ``port`` (0: any free one).

    A context manager. Its people exist only with ``demo``; the schema only with ``migrations``.
    """

    def __init__(
        self,
        data_dir: Path | str,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        demo: bool = True,
        migrations: bool = True,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.host = host
        self.port = port
        self.postgres = Postgres(self.data_dir)
        self.demo_people: list[DemoPerson] = []
        self._demo = demo
        self._migrations = migrations
        self._server: uvicorn.Server | None = None
        self._threads: list[threading.Thread] = []
        self._ending = threading.Event()

    @property
    def url(self) -> str:
        """What SUPABASE_URL is."""
        return f"http://{self.host}:{self.port}"

    @property
    def publishable_key(self) -> str:
        """The key a page may use."""
        return self._installation.publishable_key

    @property
    def secret_key(self) -> str:
        """The key of worker and api."""
        return self._installation.secret_key

    @property
    def jwt_secret(self) -> str:
        """What every token is signed with."""
        return self._installation.jwt_secret

    @property
    def database_url(self) -> str:
        """URL of the role ``postgres``; as in a Supabase project it owns the schema and is no superuser."""
        return self.postgres.owner_url

    def environment(self) -> dict[str, str]:
        """The settings with which dashboard and worker use this stack."""
        return {
            "SUPABASE_URL": self.url,
            "SUPABASE_PUBLISHABLE_KEY": self.publishable_key,
            "SUPABASE_SECRET_KEY": self.secret_key,
            "DATABASE_URL": self.database_url,
            "MEDIAOPS_EMBEDDED": "1",
            "MEDIAOPS_DATA_DIR": str(self.data_dir),
        }

    def start(self) -> Self:
        """Return when everything answers.

        Raises ConfigurationError (port or directory in use) or Unavailable.
        """
        listener = self._listen()
        try:
            self.postgres.start()
            self._installation = load_installation(self.data_dir)
            bootstrap(self.postgres)
            if self._migrations:
                for label in migrate(self.database_url):
                    log.info("Applied migration %s", label)
            self._serve(listener)
            self._run(self._watch, "postgres-watch")
            if self._demo:
                self.demo_people = ensure_demo_people(self)
        except BaseException:
            listener.close()
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Finish what is being answered, then stop Postgres."""
        self._ending.set()
        if self._server is not None:
            self._server.should_exit = True
        for thread in self._threads:
            thread.join(START_SECONDS)
        self._threads.clear()
        self.postgres.stop()

    def discard(self) -> None:
        """Stop and remove everything. For tests."""
        self.stop()
        self.postgres.discard()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listen(self) -> socket.socket:
        # The protocol is named: asyncio turns Nagle's algorithm off only for such sockets, and with it each
        # small answer would wait 40 ms for the client's delayed acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
        except OSError as error:
            listener.close()
            raise ConfigurationError(
                f"Port {self.port} on {self.host} is taken; the embedded Supabase needs it.",
                hint="Stop what uses it, or set MEDIAOPS_LOCAL_PORT to another port.",
            ) from error
        self.port = int(listener.getsockname()[1])
        return listener

    def _serve(self, listener: socket.socket) -> None:
        app = gateway(self._context)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=5,
            # httpx lets go of an idle connection after 5 s, uvicorn's own default: whoever asked at that
            # moment would meet a closed one.
            timeout_keep_alive=75,
        )
        server = self._server = uvicorn.Server(config)
        self._settle_files()
        ready = threading.Event()

        def serve() -> None:
            async def main() -> None:
                serving = asyncio.ensure_future(server.serve(sockets=[listener]))
                while not server.started and not serving.done():
                    await asyncio.sleep(0.005)
                ready.set()
                await serving

            asyncio.run(main())

        self._run(serve, "supabase-gateway")
        if not ready.wait(START_SECONDS) or not server.started:
            raise Unavailable("The gateway of the embedded Supabase did not start.")

    def _context(self) -> Context:
        return Context(
            installation=self._installation,
            tokens=Tokens(self._installation.jwt_secret),
            callers=self._pool("authenticator", CALLER_CONNECTIONS),
            auth=self._pool("supabase_auth_admin", AUTH_CONNECTIONS),
            storage=self._pool("supabase_storage_admin", STORAGE_CONNECTIONS),
            files=self._files(),
        )

    def _pool(self, role: str, size: int) -> Pool:
        return Pool(lambda: self.postgres.role_url(role), size)

    def _files(self) -> ObjectFiles:
        return ObjectFiles(self.data_dir / "storage")

    def _settle_files(self) -> None:
        with psycopg.connect(self.postgres.url) as connection:

            def known(versions: Collection[str]) -> Collection[str]:
                rows = connection.execute(
                    "select version from storage.objects where version = any(%s)", [list(versions)]
                )
                return [row[0] for row in rows]

            if removed := self._files().settle(known):
                log.warning("Removed %d files that an interrupted upload or removal left.", removed)

    def _watch(self) -> None:
        """Bring Postgres back when it was killed; requests meanwhile are answered with 503."""
        while not self._ending.wait(WATCH_SECONDS):
            try:
                self.postgres.revive()
            except (ConfigurationError, Unavailable):
                log.exception("Postgres could not be started again; trying on.")

    def _run(self, work: object, name: str) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)
