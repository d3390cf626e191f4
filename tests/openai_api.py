"""A server on this machine that answers as the API of OpenAI does: the same paths, shapes, checks and failures."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

KEY = "sk-test-of-nobody"
DATED = "gpt-5.6-terra-2026-07-09"


@dataclass(frozen=True)
class Reply:
    """What the server says next. ``seconds``: how long it takes; ``hangs_up``: it says nothing at all."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    seconds: float = 0
    hangs_up: bool = False


@dataclass(frozen=True)
class Asked:
    """A request as it came. ``fields`` of a form, ``json`` of a document, ``files`` by field."""

    path: str
    json: dict[str, Any]
    fields: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def picture(self) -> str:
        """The address (or data) of the picture in it."""
        return next(p["image_url"] for p in self.json["input"][0]["content"] if p["type"] == "input_image")


def response(
    output: list[dict[str, Any]], status: str = "completed", usage: dict[str, Any] | None = None, **more: Any
) -> Reply:
    """A response object."""
    used = usage or {"input_tokens": 3000, "output_tokens": 1000}
    told = {
        "id": "resp_1", "object": "response", "created_at": 1790000000, "status": status, "error": None,
        "incomplete_details": None, "instructions": None, "metadata": {}, "model": DATED, "output": output,
        "parallel_tool_calls": True, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "usage": {
            "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": used["input_tokens"] + used["output_tokens"], **used,
        },
    } | more  # fmt: skip
    return Reply(json.dumps(told).encode())


def says(value: Any, **more: Any) -> Reply:
    """An answer in JSON, behind a reasoning item as models that think send it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    return response(
        [{"id": "rs_1", "type": "reasoning", "summary": []}, {**message, "content": content}], **more
    )


def refuses(why: str) -> Reply:
    """An answer that declines."""
    content = [{"type": "refusal", "refusal": why}]
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    return response([{**message, "content": content}])


def cut_off(value: str, reason: str = "max_output_tokens") -> Reply:
    """An answer that stops in the middle."""
    return says(value, status="incomplete", incomplete_details={"reason": reason})


def failed(code: str, message: str) -> Reply:
    """A response that the service itself calls failed."""
    return response([], status="failed", error={"code": code, "message": message})


def error(status: int, code: str | None, message: str, **headers: str) -> Reply:
    """An HTTP error with the body such errors have."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(body).encode(), status, sent)


def heard(segments: list[dict[str, Any]], seconds: float, language: str = "english") -> Reply:
    """A transcription in the format verbose_json."""
    parts = [
        {"id": i, "seek": 0, "tokens": [], "temperature": 0.0, "avg_logprob": -0.2, "compression_ratio": 1.2,
         "no_speech_prob": 0.01, **segment}
        for i, segment in enumerate(segments)
    ]  # fmt: skip
    told = {
        "task": "transcribe", "language": language, "duration": seconds, "segments": parts,
        "text": " ".join(str(each["text"]).strip() for each in segments),
        "usage": {"type": "duration", "seconds": round(seconds)},
    }  # fmt: skip
    return Reply(json.dumps(told).encode())


Answer = Reply | Callable[[Asked], Reply]


class OpenAIServer:
    """Answers with ``replies`` one after another, then with ``always``. ``asked`` is what came."""

    def __init__(self) -> None:
        self.replies: deque[Answer] = deque()
        self.always: Answer = error(500, None, "The test did not say what to answer.")
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """No more answers."""
        self._http.shutdown()
        self._http.server_close()

    def answer(self, asked: Asked) -> Reply:
        """The next reply; a request that the API would not take has the API's error."""
        with self._lock:
            self.asked.append(asked)
            if (wrong := _wrong(asked)) is not None:
                return error(400, "invalid_value", wrong)
            chosen = self.replies.popleft() if self.replies else self.always
        return chosen if isinstance(chosen, Reply) else chosen(asked)

    def counted(self, change: int) -> None:
        """How many requests are under way."""
        with self._lock:
            self.at_once += change
            self.most_at_once = max(self.most_at_once, self.at_once)


def _wrong(asked: Asked) -> str | None:
    """What the API would say of a request that is none."""
    if asked.path == "/v1/responses":
        form = asked.json["text"]["format"]
        if (loose := _loose(form["schema"]) if form.get("strict") else "not strict") is not None:
            return f"Invalid schema for response_format: {loose}."
        if not asked.picture.startswith("https://"):
            head, data = asked.picture.split(",", 1)
            if head != "data:image/jpeg;base64" or not Image.open(io.BytesIO(base64.b64decode(data))).width:
                return "Invalid image."
        return None
    if asked.path == "/v1/audio/transcriptions":
        if asked.files["file"][:4] != b"OggS" or len(asked.files["file"]) > 25 * 1024**2:
            return "Invalid file format or larger than 25 MB."
        return None
    return f"Invalid URL (POST {asked.path})"


def _loose(schema: Any, where: str = "") -> str | None:
    """Where a schema is not strict: an object open to other fields, or with a field that may be missing."""
    if isinstance(schema, list):
        return next((found for each in schema if (found := _loose(each, where))), None)
    if not isinstance(schema, dict):
        return None
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", [])) != set(schema.get("properties", {}))
    ):
        return where or "the root"
    if set(schema) & {"minLength", "maxLength", "default", "oneOf", "allOf"}:
        return f"{where} has a keyword that is not permitted"
    return next((found for key, each in schema.items() if (found := _loose(each, f"{where}/{key}"))), None)


def _handler(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"] or 0))
            server.counted(+1)
            try:
                if self.headers["Authorization"] != f"Bearer {KEY}":
                    self._send(error(401, "invalid_api_key", "Incorrect API key provided."))
                else:
                    self._send(server.answer(_parsed(self.path, self.headers["Content-Type"], data)))
            finally:
                server.counted(-1)

        def _send(self, reply: Reply) -> None:
            if reply.seconds:
                time.sleep(reply.seconds)
            if reply.hangs_up:
                self.close_connection = True
                return
            with contextlib.suppress(ConnectionError):  # whoever asked may have given up
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are not the place for an access log."""

    return Handler


def _parsed(path: str, content_type: str, data: bytes) -> Asked:
    if content_type.startswith("application/json"):
        return Asked(path, json.loads(data))
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + data)
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for part in form.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename():
            files[name] = content
        else:
            fields.setdefault(name.removesuffix("[]"), []).append(content.decode())
    return Asked(path, {}, fields, files)
