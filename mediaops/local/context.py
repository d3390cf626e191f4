"""What the handlers of the gateway share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from mediaops.local.database import Pool
from mediaops.local.installation import Installation
from mediaops.local.storage.files import ObjectFiles
from mediaops.local.tokens import Tokens


@dataclass(frozen=True)
class Context:
    """One gateway: its keys, its connections per login role, its files."""

    installation: Installation
    tokens: Tokens
    callers: Pool
    """As ``authenticator``: transactions of a caller's role."""
    auth: Pool
    """As ``supabase_auth_admin``, owner of the schema auth."""
    storage: Pool
    """As ``supabase_storage_admin``, owner of the schema storage; RLS does not bind it."""
    files: ObjectFiles

    async def close(self) -> None:
        """Close the connections."""
        for pool in (self.callers, self.auth, self.storage):
            await pool.close()


def context(request: Request) -> Context:
    """The gateway that serves this request."""
    return cast("Context", request.app.state.context)
