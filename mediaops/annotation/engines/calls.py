"""Calls of the OpenAI API: each ends in an answer with its cost, or in an error that says if to try again."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import openai
from openai.types.responses import Response
from pydantic import BaseModel, ValidationError

from mediaops.annotation.engines.base import EngineBusy, EngineFailed, EngineRefused
from mediaops.annotation.engines.prompts import Prompt, schema_of
from mediaops.prices import Price

LONGEST_WAIT_SECONDS = 3600.0
TRANSIENT_FAILURES = {"server_error", "rate_limit_exceeded", "vector_store_timeout"}
NO_PICTURE = {"invalid_image_url", "failed_to_download_image", "image_file_not_found"}


@dataclass(frozen=True)
class Answered:
    """``cost`` in US dollars; ``model`` is the one that says it answered."""

    value: BaseModel
    tokens: dict[str, int]
    cost: float
    model: str


class PictureNotFetched(EngineFailed):
    """The service could not load the picture from its URL; sent inline it can be read."""


def ask_model(
    client: openai.OpenAI, model: str, price: Price, prompt: Prompt, picture: dict[str, Any]
) -> Answered:
    """One question about one picture (an ``input_image`` part). Raises the engine errors of ``base``."""
    with told_as_ours():
        # What comes is checked here and not in the library, which would lose what a bad answer cost.
        answer = cast(
            object,
            client.responses.create(
                model=model,
                instructions=prompt.task,
                input=cast(
                    Any,
                    [{"role": "user", "content": [{"type": "input_text", "text": prompt.question}, picture]}],
                ),
                text=cast(
                    Any,
                    {
                        "format": {
                            "type": "json_schema",
                            "name": prompt.answer.__name__,
                            "strict": True,
                            "schema": schema_of(prompt.answer),
                        }
                    },
                ),
                max_output_tokens=prompt.tokens,
                store=False,
            ),
        )
    if not isinstance(answer, Response):
        raise EngineFailed("The engine's answer is no answer of its API.", code="answer_invalid")
    tokens = _tokens(answer)
    cost = price.of_tokens(tokens.get("input", 0), tokens.get("output", 0), tokens.get("cached", 0))
    try:
        value = prompt.answer.model_validate_json(_text(answer, cost))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EngineFailed(
            f"The engine's answer is not of the form it was asked for ({where or 'JSON'}: {first['msg']}).",
            code="answer_invalid",
            cost=cost,
        ) from error
    return Answered(value, tokens, cost, answer.model or model)


def _text(answer: Response, cost: float) -> str:
    """The whole text of an answer that is complete; else the error that tells what it is."""
    if answer.status == "incomplete":
        reason = answer.incomplete_details.reason if answer.incomplete_details else None
        if reason == "content_filter":
            raise EngineRefused(
                "The engine's content filter stopped the answer.",
                code="content_filter",
                hint="Choose the local engine, or describe it by hand.",
                cost=cost,
            )
        raise EngineFailed("The engine's answer was cut off.", code="answer_cut_off", cost=cost)
    if answer.status == "failed" or answer.error is not None:
        raise _failure(answer, cost)
    if answer.status not in ("completed", None):
        raise EngineFailed(f"The engine's answer is {answer.status}.", code="answer_not_complete", cost=cost)
    parts: list[str] = []
    for item in answer.output or []:
        if item.type != "message":
            continue
        for part in item.content or []:
            if part.type == "refusal":
                raise EngineRefused(
                    f"The engine declined: {part.refusal[:300]}",
                    hint="Choose the local engine, or do it by hand.",
                    cost=cost,
                )
            parts.append(part.text)
    if not "".join(parts).strip():
        raise EngineFailed("The engine's answer is empty.", code="answer_empty", cost=cost)
    return "".join(parts)


def _failure(answer: Response, cost: float) -> EngineFailed | EngineRefused:
    code = answer.error.code if answer.error else "server_error"
    message = answer.error.message if answer.error else "The engine failed."
    if code in TRANSIENT_FAILURES:
        return EngineBusy(f"The engine failed: {message}", cost=cost)
    if code in NO_PICTURE:
        return PictureNotFetched(f"The engine could not load the picture: {message}", cost=cost)
    return EngineRefused(f"The engine can't read this: {message}", cost=cost)


def _tokens(answer: Response) -> dict[str, int]:
    used = answer.usage
    if used is None:
        return {}
    tokens = {"input": used.input_tokens or 0, "output": used.output_tokens or 0}
    for name, details, field in (
        ("cached", used.input_tokens_details, "cached_tokens"),
        ("reasoning", used.output_tokens_details, "reasoning_tokens"),
    ):
        if count := getattr(details, field, None):
            tokens[name] = int(count)
    return tokens


@contextmanager
def told_as_ours() -> Generator[None]:
    """What the library raises, as our errors: busy (again later), failed (again a few times), refused."""
    try:
        yield
    except openai.APITimeoutError as error:
        raise EngineBusy("The engine did not answer in time.", code="engine_timeout") from error
    except openai.APIConnectionError as error:
        raise EngineBusy("The engine could not be reached.", code="engine_unreachable") from error
    except openai.APIStatusError as error:
        raise _of_status(error) from error
    except (openai.APIResponseValidationError, ValueError) as error:
        raise EngineFailed("The engine's answer is no JSON.", code="answer_invalid") from error
    except openai.OpenAIError as error:
        raise EngineFailed(f"The engine failed: {error}") from error


def _of_status(error: openai.APIStatusError) -> EngineFailed | EngineRefused:
    status, said = error.status_code, f"{_message(error)}"
    if error.code == "insufficient_quota":
        return EngineRefused(
            "The account at OpenAI has no credit left.",
            code="engine_quota",
            hint="Whoever runs MediaOps adds credit; until then choose the local engine.",
        )
    if status in (408, 409, 429) or status >= 500:
        code = "engine_rate_limited" if status == 429 else None
        return EngineBusy(
            f"The engine is busy ({status}).", code=code, retry_after=retry_after(error.response.headers)
        )
    if status in (401, 403):
        return EngineRefused(
            f"OpenAI does not accept the key: {said}",
            code="engine_key",
            hint="Whoever runs MediaOps sets another OPENAI_API_KEY; until then choose the local engine.",
        )
    if error.code in NO_PICTURE or "downloading" in said:
        return PictureNotFetched(f"The engine could not load the picture: {said}")
    if error.code in ("content_policy_violation", "content_filter"):
        return EngineRefused(f"The engine's content filter refused it: {said}", code="content_filter")
    return EngineRefused(f"The engine refused the request ({status}): {said}")


def _message(error: openai.APIStatusError) -> str:
    told = error.body
    body = cast("dict[str, object]", told if isinstance(told, dict) else {})
    return str(body.get("message") or error.message)[:300]


def retry_after(headers: Any) -> float | None:
    """Seconds the service asks to be left alone, at most an hour; None when it does not say."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return _within(milliseconds / 1000)
    told = headers.get("retry-after")
    if (seconds := _number(told)) is not None:
        return _within(seconds)
    try:
        at = email.utils.parsedate_to_datetime(told) if told else None
    except ValueError:
        return None
    return _within(at.timestamp() - time.time()) if at else None


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _within(seconds: float) -> float | None:
    return min(seconds, LONGEST_WAIT_SECONDS) if seconds > 0 else None
