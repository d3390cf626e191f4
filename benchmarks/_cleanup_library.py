"""The library of ``library_query`` with an object for each asset and rendition, in a running embedded Supabase."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks._library_fill import FILLING, SERVER, fill
from mediaops.local import postgres as embedded
from mediaops.local.stack import LocalStack
from mediaops.settings import get_settings

OPS = "00000000-0000-4000-8000-000000000001"
OBJECTS = """
set session_replication_role = replica;
insert into storage.objects (bucket_id, name, version, metadata, created_at, updated_at)
select 'media', path, gen_random_uuid()::text, jsonb_build_object('size', bytes, 'eTag', '"x"'), at, at
from (
  select object_path as path, bytes, created_at as at, row_number() over () as n from media.assets
  where state in ('ready', 'trashed')
  union all
  select object_path, bytes, created_at, row_number() over () from media.renditions
  union all
  select left(id, 2) || '/' || id || '/original', 1000, now() - interval '9 days', 1
  from (select gen_random_uuid()::text as id from media.assets tablesample bernoulli (0.5)) as nobody
) as objects
where n % 200 <> 0
order by path;
-- One in 200 is there twice, one in 50 temporary and past its time.
update media.assets as a set sha256 = o.sha256
from (select sha256, lead(id) over (order by id) as next, row_number() over (order by id) as n from media.assets where state = 'ready') as o
where o.next = a.id and o.n % 200 = 0;
update media.assets set expires_at = created_at + interval '14 days' where purpose = 'annotation' and not linked and state = 'ready';
set session_replication_role = origin;
vacuum analyze;
"""


@contextmanager
def stack_of(assets: int, keep: Path | None = None) -> Iterator[LocalStack]:
    """A running embedded Supabase with the library and its objects in it.

    ``keep``: a folder where it stays, to be taken up again by the next call; without, it is gone afterwards.
    """
    embedded.SETTINGS.update(SERVER)
    with tempfile.TemporaryDirectory(prefix="cleanup-", dir="/tmp") as directory:
        place = keep / f"assets-{assets}" if keep else Path(directory)
        place.mkdir(parents=True, exist_ok=True)
        stack = LocalStack(place / "data", demo=False).start()
        before = os.environ.copy()
        os.environ.update(stack.environment())
        get_settings.cache_clear()
        try:
            fill(stack.postgres.url, assets)
            _store(stack.postgres.url)
            yield stack
        finally:
            os.environ.clear()
            os.environ.update(before)
            get_settings.cache_clear()
            (stack.stop if keep else stack.discard)()


def _store(url: str) -> None:
    """An object for what has one, unless that was done before."""
    with psycopg.connect(url, autocommit=True) as admin:
        if admin.execute("select exists (select from storage.objects)").fetchone() == (True,):
            return
        for name, value in FILLING.items():
            admin.execute(f"set {name} = '{value}'".encode())
        for statement in OBJECTS.split(";\n"):
            if statement.strip():
                admin.execute(statement.encode())
        admin.execute("update media.staff set role = 'ops' where user_id = %s", [OPS])
        admin.execute("update media.assets set words = '' where words is null")
