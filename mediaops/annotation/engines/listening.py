"""What is said in a sound or a video, through the transcription API: piece by piece, with times."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import openai
from pydantic import BaseModel, ConfigDict, ValidationError

from mediaops.annotation.engines.base import EngineFailed
from mediaops.annotation.engines.calls import Answered, told_as_ours
from mediaops.annotation.models import MAX_LINE_CHARS, Segment, TranscriptResult
from mediaops.media.speech import Piece, pieces
from mediaops.prices import Price

LONGEST_SECONDS = 1200.0
"""Of one request: 5 MB of the 25 that may be sent, and below the length some models stop at."""
UNTIMED_SECONDS = 30.0
"""Of one request to a model that does not say when something is said: the piece is its time."""
MOST_SECONDS = 4 * 3600.0
NO_SPEECH = 0.6
UNSURE = -1.0
"""As Whisper itself does it: above the one and below the other a segment is noise that became words."""


class _Heard(BaseModel):
    model_config = ConfigDict(extra="ignore")

    start: float
    end: float
    text: str
    speaker: str | None = None
    no_speech_prob: float | None = None
    avg_logprob: float | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str
    language: str | None = None
    segments: list[_Heard] | None = None


def listen(client: openai.OpenAI, model: str, price: Price, path: Path, language: str) -> Answered:
    """The transcript of a file. Raises the engine errors of ``base``, and ``NotAcceptable`` for the file."""
    timed = "whisper" in model or "diarize" in model
    segments: list[Segment] = []
    tokens: dict[str, int] = {}
    cost, seconds, spoken = 0.0, 0.0, ""
    for piece in pieces(path, LONGEST_SECONDS if timed else UNTIMED_SECONDS, MOST_SECONDS):
        try:
            raw = _send(client, model, piece, language)
            cost += _cost(raw, price, piece, tokens)
            answer = _Answer.model_validate(raw)
            segments += _segments(answer, piece)
        except ValidationError as error:
            raise EngineFailed(
                "The engine's answer is not of the form it was asked for.", code="answer_invalid", cost=cost
            ) from error
        except EngineFailed as error:
            error.cost = (error.cost or 0) + cost or None  # the pieces before were paid for
            raise
        spoken = spoken or (answer.language or "")
        seconds = piece.start + piece.seconds
    result = TranscriptResult(
        language=(spoken or language)[:35] or None, duration=round(seconds, 3), segments=segments
    )
    return Answered(result, tokens, cost, model)


def _send(client: openai.OpenAI, model: str, piece: Piece, language: str) -> dict[str, Any]:
    more: dict[str, Any] = {"response_format": "json"}
    if "diarize" in model:
        more = {"response_format": "diarized_json", "chunking_strategy": "auto"}
    elif "whisper" in model:
        more = {"response_format": "verbose_json", "timestamp_granularities": ["segment"]}
    if language:
        more["language"] = language.split("-")[0]
    with told_as_ours():
        send: Any = client.audio.transcriptions.create
        answer: object = send(model=model, file=("speech.ogg", piece.data, "audio/ogg"), **more)
    if not isinstance(answer, BaseModel):
        raise EngineFailed("The engine's answer is no answer of its API.", code="answer_invalid")
    return answer.model_dump()


def _cost(raw: dict[str, Any], price: Price, piece: Piece, tokens: dict[str, int]) -> float:
    """What this piece cost; ``tokens`` counts on."""
    used = cast("dict[str, Any]", raw.get("usage") or {})
    taken, given = int(used.get("input_tokens") or 0), int(used.get("output_tokens") or 0)
    for name, count in (("input", taken), ("output", given)):
        if count:
            tokens[name] = tokens.get(name, 0) + count
    if price.minute is not None:
        return price.minute * float(used.get("seconds") or piece.seconds) / 60
    return price.of_tokens(taken, given)


def _segments(answer: _Answer, piece: Piece) -> Iterator[Segment]:
    """Segments in the time of the whole; one for the piece where the model told no times."""
    if answer.segments is None:
        heard = [_Heard(start=0, end=piece.seconds, text=answer.text)]
    else:
        heard = answer.segments
    for each in heard:
        text = " ".join(each.text.split())[:MAX_LINE_CHARS]
        noise = (each.no_speech_prob or 0) > NO_SPEECH and (each.avg_logprob or 0) < UNSURE
        if text and not noise:
            start = min(max(0.0, each.start), piece.seconds)
            end = min(max(start, each.end), piece.seconds)
            yield Segment(
                start=round(piece.start + start, 3),
                end=round(piece.start + end, 3),
                text=text,
                speaker=each.speaker,
            )
