"""Every setting, from the environment. README's table is held to this file by a test."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from mediaops.prices import PRICES, checked_prices

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read once per process; the entry points may set the environment before the first read."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", extra="ignore", frozen=True, populate_by_name=True
    )

    supabase_url: str = Field(
        "", description="URL of the Supabase project. Empty: the embedded Supabase runs."
    )
    supabase_publishable_key: str = Field(
        "",
        validation_alias=AliasChoices("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY"),
        description="Publishable (anon) key of the project; what a page may use.",
    )
    supabase_secret_key: str = Field(
        "",
        validation_alias=AliasChoices("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"),
        description="Secret (service role) key; worker and API only, never a page.",
        repr=False,
    )
    database_url: str = Field(
        "", description="Postgres URL for `migrate` and for workers (jobs).", repr=False
    )
    mediaops_embedded: bool = Field(
        False, description="Set by the entry points when the embedded Supabase runs; not for hand use."
    )
    mediaops_data_dir: Path = Field(
        ROOT / ".mediaops", description="Where the embedded Supabase keeps its data."
    )
    mediaops_host: str = Field("127.0.0.1", description="Address the dashboard listens on.")
    mediaops_port: int = Field(8501, description="Port the dashboard listens on.")
    mediaops_local_port: int = Field(54321, description="Port of the embedded Supabase.")
    mediaops_bucket: str = Field("media", description="The private bucket that holds all objects.")
    mediaops_seed: bool = Field(
        True, description="Seed the sample library at the first start in embedded mode."
    )
    mediaops_max_image_bytes: int = Field(50 * 1024**2, description="Largest image accepted, in bytes.")
    mediaops_max_video_bytes: int = Field(500 * 1024**2, description="Largest video accepted, in bytes.")
    mediaops_max_sound_bytes: int = Field(100 * 1024**2, description="Largest sound accepted, in bytes.")
    mediaops_max_image_pixels: int = Field(100_000_000, description="Most pixels an image may decode to.")
    mediaops_ticket_pool: int = Field(8, description="Upload tickets a page holds ready.")
    mediaops_url_seconds: int = Field(3600, description="How long a signed display URL is valid, in seconds.")
    mediaops_worker_concurrency: int = Field(2, description="Jobs one worker runs side by side.")
    mediaops_worker_stalled_seconds: float = Field(
        15.0, description="A worker silent for this long is taken for dead and its jobs are done again."
    )
    mediaops_storage_price: float = Field(
        0.021,
        ge=0,
        description="What a GB in Storage costs in a month, in US dollars; plans say what they save.",
    )
    mediaops_email: str = Field("", description="Who the commands `orphans`, `cleanup` and `trash` act as.")
    mediaops_password: str = Field(
        "", description="That person's password; without it a terminal is asked.", repr=False
    )
    openai_api_key: str = Field(
        "", description="Key for the `openai` engine. Empty: the local engine reads.", repr=False
    )
    openai_base_url: str = Field(
        "", description="Address of the API for the `openai` engine. Empty: OpenAI's own."
    )
    mediaops_openai_model: str = Field("gpt-5.6-terra", description="The model that looks at pictures.")
    mediaops_openai_sound_model: str = Field(
        "whisper-1",
        description="The model that listens. `whisper-1` and `gpt-4o-transcribe-diarize` say what is said "
        "when; for others the sound is cut every half minute.",
    )
    mediaops_openai_prompt_version: str = Field(
        "1", description="Version of the prompts; with another one what was answered before is asked anew."
    )
    mediaops_openai_detail: Literal["low", "high", "auto", "original"] = Field(
        "high", description="How closely the model looks: `low`, `high`, `auto` or `original`."
    )
    mediaops_openai_language: str = Field(
        "", description="Language of captions (BCP 47, such as `de`). Empty: that of the picture."
    )
    mediaops_openai_timeout_seconds: float = Field(
        120.0, gt=0, description="A request to the engine that takes longer is given up, in seconds."
    )
    mediaops_openai_at_once: int = Field(
        4, gt=0, description="Requests to the engine that one worker has under way side by side."
    )
    mediaops_openai_budget_usd: float = Field(
        50.0, ge=0, description="Most that the engine may cost in a calendar month (UTC), in US dollars."
    )
    mediaops_openai_prices: Annotated[str, AfterValidator(checked_prices)] = Field(
        PRICES,
        description="By model: US dollars for a million tokens (`input`, `cached`, `output`) or a `minute` "
        "of sound. A model without a price is not asked.",
    )


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process. ``get_settings.cache_clear()`` after changing the environment."""
    return Settings()  # pyright: ignore[reportCallIssue] - every field has a default
