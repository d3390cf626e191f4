"""The engines that read. ``local`` is always there and needs no network; ``openai`` wants a key."""

from mediaops.annotation.engines.base import (
    Engine,
    EngineBusy,
    EngineFailed,
    EngineRefused,
    Reading,
    RemoteEngine,
    engine_names,
    get_engine,
    register,
)

__all__ = [
    "Engine",
    "EngineBusy",
    "EngineFailed",
    "EngineRefused",
    "Reading",
    "RemoteEngine",
    "engine_names",
    "get_engine",
    "register",
]


def _local() -> Engine:
    # Imported at the first use: numpy, OpenCV and the models cost a second and 300 MB.
    from mediaops.annotation.engines.local import LocalEngine

    return LocalEngine()


def _openai() -> Engine:
    from mediaops.annotation.engines.openai import OpenAIEngine

    return OpenAIEngine()


register("local", _local)
register("openai", _openai)
