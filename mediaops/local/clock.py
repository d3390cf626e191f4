"""How the embedded Supabase writes times."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(at: datetime | None) -> str | None:
    """ISO 8601 ending in Z: ``+00`` alone makes supabase-py fail."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
