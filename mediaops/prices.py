"""What models cost: the price table of the settings, and how an answer is reckoned with it."""

from __future__ import annotations

import json
import re
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PRICES: Final = (
    '{"gpt-5.6-luna": {"input": 0.2, "cached": 0.02, "output": 1.2},'
    ' "gpt-5.6-terra": {"input": 2, "cached": 0.2, "output": 12},'
    ' "gpt-5.4-mini": {"input": 0.75, "cached": 0.075, "output": 4.5},'
    ' "gpt-5.4": {"input": 2.5, "cached": 0.25, "output": 15},'
    ' "whisper-1": {"minute": 0.006}, "gpt-4o-transcribe-diarize": {"minute": 0.006},'
    ' "gpt-4o-transcribe": {"minute": 0.006}, "gpt-4o-mini-transcribe": {"minute": 0.003}}'
)
"""List prices of November 2026; whoever pays compares them with their own."""
PER_TOKENS = 1_000_000
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(BaseModel):
    """US dollars for a million tokens, or for a minute of sound."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(0, ge=0)
    cached: float | None = Field(None, ge=0)
    output: float = Field(0, ge=0)
    minute: float | None = Field(None, ge=0)

    def of_tokens(self, taken: int, given: int, cached: int = 0) -> float:
        """``taken`` tokens went in, ``cached`` of them known from before, ``given`` came out."""
        known = self.input if self.cached is None else self.cached
        return ((taken - cached) * self.input + cached * known + given * self.output) / PER_TOKENS


_TABLE: Final = TypeAdapter(dict[str, Price])


def price_of(table: str, model: str) -> Price | None:
    """The price of a model (a dated one costs what its family does); None when the table has none."""
    prices = _TABLE.validate_json(table)
    return prices.get(model) or prices.get(_DATED.sub("", model))


def checked_prices(table: str) -> str:
    """The table as it is, or ``ValueError`` with what is wrong with it."""
    try:
        json.loads(table)
    except ValueError as error:
        raise ValueError(f"the prices are no JSON: {error}") from error
    _TABLE.validate_json(table)
    return table
