"""What may be a name, and what a name can't do."""

from __future__ import annotations

import httpx
import pytest

from mediaops.local.stack import LocalStack
from tests.integration.local.conftest import BUCKET
from tests.integration.local.talk import STORAGE, failure


@pytest.mark.parametrize("name", ["emoji-🙂", "per%25cent", "back%5Cslash", "%7Btilde~%7D", "x" * 1025])
def test_characters_that_an_object_store_refuses(wire: httpx.Client, name: str) -> None:
    assert failure(wire.post(f"{STORAGE}/object/{BUCKET}/{name}", content=b"x"))[2] == "InvalidKey"


@pytest.mark.parametrize(
    "path",
    ["..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/x", "a/%2e%2e/b", "a/%2e/b", "%2fetc%2fpasswd", "a//b", "a/"],
)
def test_no_name_leads_out_of_the_directory(wire: httpx.Client, bare: LocalStack, path: str) -> None:
    url = httpx.URL(bare.url).copy_with(raw_path=f"{STORAGE}/object/{BUCKET}/{path}".encode())
    answer = wire.send(httpx.Request("POST", url, headers=dict(wire.headers), content=b"x"))
    assert failure(answer)[2] == "InvalidKey"


def test_files_are_named_by_version_only(wire: httpx.Client, bare: LocalStack, folder: str) -> None:
    wire.post(f"{STORAGE}/object/{BUCKET}/{folder}/name.png", content=b"x")
    files = [path.name for path in (bare.data_dir / "storage" / "objects").rglob("*") if path.is_file()]
    assert files
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in files)
