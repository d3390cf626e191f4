"""The engine that asks OpenAI: all four kinds, for money."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import openai
from pydantic import ValidationError

from mediaops.annotation.engines.base import (
    EngineBusy,
    EngineFailed,
    Reading,
    Source,
    check_kinds,
    get_engine,
)
from mediaops.annotation.engines.calls import Answered, PictureNotFetched, ask_model
from mediaops.annotation.engines.listening import listen
from mediaops.annotation.engines.prompts import (
    VERSIONS,
    CaptionAnswer,
    HighlightsAnswer,
    OcrAnswer,
    Prompt,
    prompt_for,
)
from mediaops.annotation.engines.reconcile import highlights_of, text_of
from mediaops.annotation.engines.sending import as_it_is, inline
from mediaops.annotation.models import (
    ALT_TEXT_CHARS,
    CaptionResult,
    HighlightsResult,
    Kind,
    OcrResult,
    Result,
)
from mediaops.errors import ConfigurationError, NotFound
from mediaops.prices import Price, price_of
from mediaops.settings import Settings, get_settings

ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 60.0
SEEN_WORDS = 25
"""A model that reads nothing where the local engine surely read this many words did not look."""
SURE = 0.9
KEPT = 4


class OpenAIEngine:
    """``ocr``, ``highlights``, ``caption`` of pictures, ``transcript`` of sounds and videos.

    Safe for several threads. Text and passages get their places from the local engine.
    """

    name = "openai"
    kinds: frozenset[Kind] = frozenset({"ocr", "highlights", "caption", "transcript"})

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or get_settings()
        if not self._settings.openai_api_key:
            raise ConfigurationError(
                "The engine openai needs OPENAI_API_KEY.", hint="Set it, or choose the engine local."
            )
        self.model = self._settings.mediaops_openai_model
        self.prompt_version = self._settings.mediaops_openai_prompt_version
        if self.prompt_version not in VERSIONS:
            raise ConfigurationError(
                f"MEDIAOPS_OPENAI_PROMPT_VERSION is {self.prompt_version!r}.",
                hint=f"There is {', '.join(VERSIONS)}.",
            )
        # Retries are the queue's: a worker that waits for a busy service could read something else.
        self._client = openai.OpenAI(
            api_key=self._settings.openai_api_key,
            base_url=self._settings.openai_base_url or None,
            timeout=self._settings.mediaops_openai_timeout_seconds,
            max_retries=0,
        )
        self._seen: dict[str, Reading] = {}
        self._look = threading.Lock()

    def read(self, source: Source, kinds: Sequence[Kind]) -> Reading:
        """See ``Engine.read``. A busy service is asked again, after the time it asks for."""
        check_kinds(self, kinds)
        if isinstance(source, bytes):
            raise ConfigurationError("The engine openai reads files.", hint="Give it a path.")
        results: dict[Kind, Result] = {}
        tokens: dict[str, int] = {}
        cost, began = 0.0, time.monotonic()
        for kind in dict.fromkeys(kinds):
            reading = self._patiently(Path(source), kind)
            results |= reading
            cost += reading.cost or 0
            for name, count in (reading.tokens or {}).items():
                tokens[name] = tokens.get(name, 0) + count
        seconds = round(time.monotonic() - began, 3)
        return Reading(results, seconds=seconds, tokens=tokens, cost=cost)

    def _patiently(self, source: Path, kind: Kind) -> Reading:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self.ask(source, kind)
            except EngineFailed as error:
                pause = error.retry_after or (2.0**attempt if isinstance(error, EngineBusy) else 0)
                if attempt == ATTEMPTS or pause > LONGEST_PAUSE_SECONDS:
                    raise
                time.sleep(pause)
        raise AssertionError  # the last attempt returned or raised

    def ask(
        self, source: Path, kind: Kind, *, model: str = "", language: str = "", url: str | None = None
    ) -> Reading:
        """See ``RemoteEngine.ask``."""
        if not source.is_file():
            raise NotFound(f"There is no file {source}.", hint="Check the path.")
        began = time.monotonic()
        if kind == "transcript":
            name, price = self._priced(model or self._settings.mediaops_openai_sound_model)
            answered = listen(self._client, name, price, source, language)
            result = cast(Result, answered.value)
        else:
            answered, result = self._look_at(source, kind, model or self.model, language, url)
        return Reading(
            {kind: result},
            seconds=round(time.monotonic() - began, 3),
            tokens=answered.tokens,
            cost=round(answered.cost, 8),
            model=answered.model,
        )

    def _priced(self, model: str) -> tuple[str, Price]:
        price = price_of(self._settings.mediaops_openai_prices, model)
        if price is None:
            raise ConfigurationError(
                f"MEDIAOPS_OPENAI_PRICES has no price for {model}.",
                hint="Add it: what has no price can't be held to a budget.",
            )
        return model, price

    def _look_at(
        self, source: Path, kind: Kind, model: str, language: str, url: str | None
    ) -> tuple[Answered, Result]:
        name, price = self._priced(model)
        seen = None if kind == "caption" else self._seen_locally(source)
        page = cast("OcrResult | None", seen["ocr"] if seen else None)
        rotation = page.rotation if page else 0
        prompt = prompt_for(self.prompt_version, kind, language or self._settings.mediaops_openai_language)
        answered = None
        if url and rotation == 0 and as_it_is(source):
            with contextlib.suppress(PictureNotFetched):  # then it goes with the question
                answered = ask_model(self._client, name, price, prompt, self._picture(url))
        if answered is None:
            answered = ask_model(self._client, name, price, prompt, self._picture(inline(source, rotation)))
        return answered, self._result(answered, prompt, seen)

    def _picture(self, url: str) -> dict[str, Any]:
        detail = self._settings.mediaops_openai_detail
        return {"type": "input_image", "image_url": url, "detail": detail}

    def _result(self, answered: Answered, prompt: Prompt, seen: Reading | None) -> Result:
        """The answer as a result of its kind, or ``EngineFailed`` for one that can't be."""
        value = answered.value
        try:
            if isinstance(value, CaptionAnswer):
                return _caption(value)
            page = cast(OcrResult, seen["ocr"] if seen else None)
            if isinstance(value, OcrAnswer):
                if not any(line.text.strip() for line in value.lines) and _surely_text(page):
                    raise EngineFailed(
                        "The engine read nothing on a page with text.",
                        code="answer_empty",
                        cost=answered.cost,
                    )
                return text_of(value, page)
            marks = cast(HighlightsResult, seen["highlights"] if seen else None)
            return highlights_of(cast(HighlightsAnswer, value), marks, page)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise EngineFailed(
                f"The engine's answer can't be kept ({where}: {first['msg']}).",
                code="answer_invalid",
                cost=answered.cost,
            ) from error

    def _seen_locally(self, source: Path) -> Reading:
        """What the local engine sees; text and highlights of a picture are asked one after the other."""
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with self._look:
            if digest not in self._seen:
                self._seen[digest] = get_engine("local").read(source, ["ocr", "highlights"])
                while len(self._seen) > KEPT:
                    self._seen.pop(next(iter(self._seen)))
            return self._seen[digest]


def _surely_text(page: OcrResult) -> bool:
    words = [word for line in page.lines if line.confidence >= SURE for word in line.words]
    return len(words) >= SEEN_WORDS


def _caption(answer: CaptionAnswer) -> CaptionResult:
    alt = _shortened(" ".join(answer.alt_text.split()), ALT_TEXT_CHARS)
    if not alt:
        raise EngineFailed("The engine found no words for the picture.", code="answer_empty")
    tags = dict.fromkeys(" ".join(tag.split()).lstrip("#")[:60].strip() for tag in answer.tags)
    return CaptionResult(
        alt_text=alt,
        caption=_shortened(answer.caption.strip(), 2_000),
        tags=[tag for tag in tags if tag][:30],
        language=answer.language[:35] or None,
    )


def _shortened(text: str, most: int) -> str:
    """Within ``most`` characters, cut between words."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-") + "…"
