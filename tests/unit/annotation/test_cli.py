"""``python -m mediaops annotate``: what programs and people get from it."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from mediaops.annotation import cli
from mediaops.annotation.engines import base as engines_base
from mediaops.annotation.engines.openai import OpenAIEngine
from mediaops.settings import Settings
from tests.openai_api import KEY, OpenAIServer, says


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A picture of two lines, the second one marked in yellow."""
    picture = Image.new("RGB", (900, 260), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 125, 560, 185), fill=(255, 240, 90))
    for y, text in ((40, "nothing is marked up here"), (130, "but this line is")):
        draw.text((40, y), text, "black", ImageFont.load_default(40))
    file = tmp_path / "note.png"
    picture.save(file)
    return file


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    return file


def _engine(url: str) -> OpenAIEngine:
    return OpenAIEngine(Settings(openai_api_key=KEY, openai_base_url=url))  # pyright: ignore[reportCallIssue]


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_json_is_one_object_a_file(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(note), "--kind", "ocr", "--kind", "highlights", "--json"]) == 0
    (told,) = objects(capsys.readouterr().out)
    assert list(told) == ["file", "width", "height", "ocr", "highlights", "seconds"]
    assert (told["file"], told["width"], told["height"]) == (str(note), 900, 260)
    assert list(told["ocr"]) == ["text", "lines"]
    assert told["ocr"]["text"] == "nothing is marked up here\nbut this line is"
    assert [list(line) for line in told["ocr"]["lines"]] == [["text", "polygon", "confidence"]] * 2
    (passage,) = told["highlights"]
    assert list(passage) == ["color", "text", "polygons"]
    assert (passage["color"], passage["text"]) == ("yellow", "but this line is")
    assert all(0 <= share <= 1 for polygon in passage["polygons"] for point in polygon for share in point)


def test_only_what_was_asked_for_is_told(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(note), "--kind", "highlights", "--json"]) == 0
    (told,) = objects(capsys.readouterr().out)
    assert list(told) == ["file", "width", "height", "highlights", "seconds"]


def test_a_bad_file_has_its_error_and_the_others_go_on(
    note: Path, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(broken), "/nowhere.png", str(note), "--json"]) == 1
    first, second, third = objects(capsys.readouterr().out)
    assert (first["file"], first["error"]["code"]) == (str(broken), "image_broken")
    assert (second["file"], second["error"]["code"]) == ("/nowhere.png", "not_found")
    assert third["ocr"]["text"].startswith("nothing is marked")


def test_people_get_the_text_and_no_progress_in_a_pipe(
    note: Path, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(note), str(broken), "--kind", "ocr", "--kind", "highlights"]) == 1
    told = capsys.readouterr()
    assert told.out == (
        f"== {note}\nnothing is marked up here\nbut this line is\n[yellow] but this line is\n"
    )
    assert told.err.startswith(f"{broken}: ")
    assert len(told.err.splitlines()) == 1


def everything_on(terminal: int) -> str:
    """A read gives a part only, and at the end of all an error instead of nothing."""
    parts: list[bytes] = []
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 65536):
            parts.append(part)
    return b"".join(parts).decode()


def test_someone_who_looks_on_sees_progress_and_the_pipe_still_gets_the_answers(note: Path) -> None:
    terminal, far_end = pty.openpty()
    command = [sys.executable, "-m", "mediaops.annotation.cli", str(note), "--json"]
    environment = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=far_end, env=environment) as run:
        os.close(far_end)
        assert run.stdout is not None
        (told,) = objects(run.stdout.read().decode())
    shown = everything_on(terminal)
    os.close(terminal)
    assert run.returncode == 0
    assert told["file"] == str(note)
    assert "note.png" in shown
    assert "{" not in shown


def test_a_kind_that_the_engine_cannot_do_is_wrong_use(
    note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(note), "--kind", "caption"]) == 2
    assert "local can't do caption" in capsys.readouterr().err


def test_the_engine_that_costs_money_tells_what_it_cost(
    note: Path, broken: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    api = OpenAIServer()
    caption = {"alt_text": "Two lines.", "caption": "", "tags": [], "language": "en"}
    api.replies += [
        says({"language": "en", "lines": [{"text": "nothing is marked up here"}]}),
        says(caption),
    ]
    monkeypatch.setitem(engines_base._engines, "openai", _engine(api.url))  # pyright: ignore[reportPrivateUsage]
    arguments = ["--engine", "openai", "--kind", "ocr", "--kind", "caption", "--json"]
    assert cli.main([str(note), str(broken), *arguments]) == 1
    api.close()
    first, second = objects(capsys.readouterr().out)
    assert list(first) == ["file", "width", "height", "ocr", "caption", "seconds", "cost", "tokens"]
    assert first["ocr"]["text"] == "nothing is marked up here"
    assert first["caption"]["alt_text"] == "Two lines."
    assert first["tokens"] == {"input": 6000, "output": 2000}
    assert second["error"]["code"] == "image_broken"


def test_without_a_key_the_paid_engine_says_what_is_missing(
    note: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines_base, "_engines", {})
    assert cli.main([str(note), "--engine", "openai"]) == 2
    assert "OPENAI_API_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["x.png", "--kind", "poem"], ["x.png", "--engine", "remote"]])
def test_wrong_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
