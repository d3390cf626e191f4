"""What is said in sounds and videos, against a server that answers as the API does."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mediaops.annotation.engines import EngineBusy, EngineFailed
from mediaops.annotation.engines.openai import OpenAIEngine
from mediaops.annotation.models import TranscriptResult
from mediaops.media.refusal import NotAcceptable
from mediaops.media.speech import pieces
from mediaops.settings import Settings
from tests import openai_api
from tests.openai_api import OpenAIServer, heard

RATE = 8_000


@pytest.fixture
def api() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.close()


def engine(api: OpenAIServer, model: str = "whisper-1") -> OpenAIEngine:
    return OpenAIEngine(
        Settings(openai_api_key=openai_api.KEY, openai_base_url=api.url, mediaops_openai_sound_model=model)  # pyright: ignore[reportCallIssue]
    )


def sound(path: Path, seconds: float, silent_at: float | None = None, rate: int = RATE) -> Path:
    """A tone, with half a second of silence."""
    samples = (np.sin(np.arange(int(seconds * rate)) * 0.2) * 8000).astype("<i2")
    if silent_at is not None:
        samples[int(silent_at * rate) : int((silent_at + 0.5) * rate)] = 0
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def film(path: Path, seconds: int, *, silent: bool = False) -> Path:
    """An MP4 with a sound track, or without one."""
    container: Any = av.open(str(path), "w", format="mp4")
    with container:
        picture = container.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        track = None if silent else container.add_stream("aac", rate=48_000)
        for number in range(seconds * 5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 3 % 255, np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 5)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if track is not None:
            for number in range(seconds * 48_000 // 1024):
                tone = np.sin(np.arange(1024) * 0.05).astype(np.float32)[None]
                audio = av.AudioFrame.from_ndarray(np.repeat(tone, 2, 0), format="fltp", layout="stereo")
                audio.sample_rate, audio.pts, audio.time_base = 48_000, number * 1024, Fraction(1, 48_000)
                container.mux(track.encode(audio))
            container.mux(track.encode(None))
    return path


def transcript(told: object) -> TranscriptResult:
    assert isinstance(told, TranscriptResult)
    return told


def test_a_sound_becomes_segments_with_times_and_a_cost_by_the_minute(
    api: OpenAIServer, tmp_path: Path
) -> None:
    segments = [
        {"start": 0.0, "end": 1.5, "text": " Hello  there."},
        {"start": 1.5, "end": 9.0, "text": " Bye."},
    ]
    api.replies.append(heard(segments, 3.0))
    reading = engine(api).ask(sound(tmp_path / "a.wav", 3), "transcript", language="de-AT")
    told = transcript(reading["transcript"])
    assert [(s.start, s.end, s.text) for s in told.segments] == [(0, 1.5, "Hello there."), (1.5, 3, "Bye.")]
    assert (told.language, told.duration) == ("english", 3)
    assert "00:00:01.500 --> 00:00:03.000\nBye." in told.webvtt()
    assert reading.cost == pytest.approx(0.006 * 3 / 60)
    (asked,) = api.asked
    assert asked.fields["response_format"] == ["verbose_json"]
    assert asked.fields["timestamp_granularities"] == ["segment"]
    assert asked.fields["language"] == ["de"]


def test_the_sound_of_a_video_is_sent_without_its_pictures(api: OpenAIServer, tmp_path: Path) -> None:
    file = film(tmp_path / "a.mp4", 2)
    api.replies.append(heard([{"start": 0, "end": 2, "text": "Hm."}], 2.0))
    assert transcript(engine(api).ask(file, "transcript")["transcript"]).text == "Hm."
    sent: Any = av.open(io.BytesIO(api.asked[0].files["file"]))
    with sent:
        assert (len(sent.streams.video), sent.streams.audio[0].codec_context.name[-4:]) == (0, "opus")


def test_a_large_sound_goes_in_pieces_cut_where_it_is_quiet(tmp_path: Path) -> None:
    file = sound(tmp_path / "a.wav", 50, silent_at=17.0)
    cut = list(pieces(file, 20, 3600))
    assert [(piece.start, piece.seconds) for piece in cut[:1]] == [(0, pytest.approx(17.25, abs=0.26))]
    assert sum(piece.seconds for piece in cut) == pytest.approx(50, abs=0.01)
    assert all(piece.seconds <= 20 for piece in cut)
    for before, after in pairwise(cut):
        assert after.start == pytest.approx(before.start + before.seconds)


def test_more_than_25_megabytes_are_less_when_sent(api: OpenAIServer, tmp_path: Path) -> None:
    file = sound(tmp_path / "a.wav", 300, rate=48_000)
    assert file.stat().st_size > 25 * 1024**2
    api.replies.append(heard([{"start": 0, "end": 300, "text": "Long."}], 300.0))
    assert transcript(engine(api).ask(file, "transcript")["transcript"]).duration == pytest.approx(
        300, abs=0.1
    )
    assert len(api.asked[0].files["file"]) < 2 * 1024**2


def test_a_model_that_tells_no_times_hears_half_minutes(api: OpenAIServer, tmp_path: Path) -> None:
    api.always = openai_api.Reply(
        b'{"text": "Words.", "usage": {"type": "tokens", "input_tokens": 10, "output_tokens": 5, "total_tokens": 15}}'
    )
    reading = engine(api, "gpt-4o-transcribe").ask(sound(tmp_path / "a.wav", 70), "transcript")
    told = transcript(reading["transcript"])
    assert len(told.segments) == len(api.asked) == 3
    assert told.segments[0].start == 0
    assert told.segments[-1].end == pytest.approx(70, abs=0.01)
    assert reading.tokens == {"input": 30, "output": 15}
    assert api.asked[0].fields["response_format"] == ["json"]


def test_speakers_are_kept(api: OpenAIServer, tmp_path: Path) -> None:
    body = (
        b'{"task": "transcribe", "duration": 2.0, "text": "Hi.", "usage": {"type": "duration", "seconds": 2},'
        b' "segments": [{"type": "transcript.text.segment", "id": "s1", "start": 0, "end": 1, "text": "Hi.", "speaker": "A"}]}'
    )
    api.replies.append(openai_api.Reply(body))
    reading = engine(api, "gpt-4o-transcribe-diarize").ask(sound(tmp_path / "a.wav", 2), "transcript")
    assert [(s.speaker, s.text) for s in transcript(reading["transcript"]).segments] == [("A", "Hi.")]
    assert api.asked[0].fields["chunking_strategy"] == ["auto"]


def test_noise_that_became_words_is_left_out_and_silence_is_an_answer(
    api: OpenAIServer, tmp_path: Path
) -> None:
    noise = {"start": 0, "end": 2, "text": "Thanks for watching!", "no_speech_prob": 0.9, "avg_logprob": -1.4}
    api.replies.append(heard([noise], 2.0))
    told = transcript(engine(api).ask(sound(tmp_path / "a.wav", 2), "transcript")["transcript"])
    assert (told.segments, told.text) == ([], "")


def test_what_has_no_sound_or_too_much_is_refused_before_anything_is_asked(
    api: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "a.txt"
    picture.write_text("no sound at all")
    cases = {"no_sound": film(tmp_path / "a.mp4", 1, silent=True), "unsupported_type": picture}
    for code, file in cases.items():
        with pytest.raises(NotAcceptable) as raised:
            engine(api).ask(file, "transcript")
        assert raised.value.code == code
    with pytest.raises(NotAcceptable) as raised:
        list(pieces(sound(tmp_path / "b.wav", 5), 2, 4))
    assert raised.value.code == "too_long"
    assert api.asked == []


def test_a_piece_that_fails_fails_the_whole_and_what_it_cost_is_told(
    api: OpenAIServer, tmp_path: Path
) -> None:
    words = openai_api.Reply(b'{"text": "Words.", "usage": {"type": "duration", "seconds": 30}}')
    api.replies += [words, openai_api.error(429, None, "Slow.", retry_after="9")]
    with pytest.raises(EngineBusy) as raised:
        engine(api, "gpt-4o-transcribe").ask(sound(tmp_path / "a.wav", 50), "transcript")
    assert (raised.value.retry_after, raised.value.cost) == (9, pytest.approx(0.003))
    api.replies.append(openai_api.Reply(b'{"task": "transcribe", "segments": [{"start": 0}], "text": ""}'))
    with pytest.raises(EngineFailed) as failed:
        engine(api).ask(sound(tmp_path / "b.wav", 2), "transcript")
    assert failed.value.code == "answer_invalid"
