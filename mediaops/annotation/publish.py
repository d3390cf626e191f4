"""Which engines this installation has, told to the database: pages and rules go by it."""

from __future__ import annotations

from typing import Any

from supabase import Client

from mediaops.annotation.engines import get_engine
from mediaops.annotation.models import Kind
from mediaops.client import rpc
from mediaops.errors import ConfigurationError
from mediaops.prices import price_of
from mediaops.settings import Settings, get_settings

EXPECTED_TOKENS: dict[Kind, tuple[int, int]] = {
    "ocr": (3_000, 2_500),
    "highlights": (3_000, 700),
    "caption": (3_000, 400),
}
"""In and out, for a page; from the fifth answer on experience counts."""
EXPECTED_TOKENS_A_MINUTE = (600, 250)  # of speech


def publish(service: Client) -> list[str]:
    """Tell the database which engines there are; answers the names of those that can be asked."""
    return list(rpc(service, "publish_engines", p_engines=described(get_settings())) or [])


def described(settings: Settings) -> list[dict[str, Any]]:
    """Each engine as ``media.publish_engines`` takes it, the preferred first."""
    return [_openai(settings), _local()]


def _local() -> dict[str, Any]:
    engine = get_engine("local")
    return {
        "name": engine.name,
        "place": 20,
        "models": dict.fromkeys(sorted(engine.kinds), engine.model),
        "prompt_version": engine.prompt_version,
    }


def _openai(settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = {"name": "openai", "place": 10, "paid": True}
    if not settings.openai_api_key:
        return told | {
            "available": False,
            "reason": "Whoever runs MediaOps sets OPENAI_API_KEY for the workers.",
        }
    model, listener = settings.mediaops_openai_model, settings.mediaops_openai_sound_model
    look = price_of(settings.mediaops_openai_prices, model)
    hear = price_of(settings.mediaops_openai_prices, listener)
    expected: dict[str, float] = {}
    models: dict[str, str] = {}
    if look:
        for kind, (taken, given) in EXPECTED_TOKENS.items():
            models[kind], expected[kind] = model, round(look.of_tokens(taken, given), 6)
    if hear:
        models["transcript"] = listener
        minute = hear.of_tokens(*EXPECTED_TOKENS_A_MINUTE) if hear.minute is None else hear.minute
        expected["transcript"] = round(minute, 6)
    try:
        version = get_engine("openai").prompt_version
    except ConfigurationError as error:
        return told | {"available": False, "reason": f"{error.message} {error.hint}"}
    if settings.mediaops_openai_language:
        # Another language is another answer to the same question.
        version += f"/{settings.mediaops_openai_language}"
    return told | {
        "available": bool(models),
        "reason": "" if models else f"MEDIAOPS_OPENAI_PRICES has no price for {model}.",
        "models": models,
        "prompt_version": version,
        "monthly_budget": settings.mediaops_openai_budget_usd,
        "expected": expected,
    }
