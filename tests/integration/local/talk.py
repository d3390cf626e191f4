"""Talking to Storage over plain HTTP."""

from __future__ import annotations

import httpx

from tests.integration.local.conftest import BUCKET

STORAGE = "/storage/v1"


def failure(answer: httpx.Response) -> tuple[str, str, str]:
    """Every error comes as HTTP 400 with the real status in the body."""
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["message"]
    return body["statusCode"], body["error"], body["code"]


def sign(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    return client.post(f"{STORAGE}/object/upload/sign/{BUCKET}/{path}", headers=headers)


def put(nobody: httpx.Client, url: str, content: bytes, mime: str = "image/webp") -> httpx.Response:
    return nobody.put(f"{STORAGE}{url}", content=content, headers={"Content-Type": mime})


def multipart(field: str, content: bytes) -> tuple[bytes, str]:
    """As storage-js and supabase-py send it: fields first, then the file."""
    parts = [
        b'Content-Disposition: form-data; name="cacheControl"\r\n\r\n120',
        b'Content-Disposition: form-data; name="metadata"\r\n\r\n{"by": "form"}',
        f'Content-Disposition: form-data; name="{field}"; filename="blob"\r\n'.encode()
        + b"Content-Type: image/jpeg\r\n\r\n"
        + content,
    ]
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return body, "multipart/form-data; boundary=edge"
