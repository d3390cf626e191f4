"""The engines that read pictures. ``get_engine("local")`` is always there and needs no network."""

from mediaops.annotation.engines.base import (
    Engine,
    EngineFailed,
    Reading,
    engine_names,
    get_engine,
    register,
)

__all__ = [
    "Engine",
    "EngineFailed",
    "Reading",
    "engine_names",
    "get_engine",
    "register",
]


def _local() -> Engine:
    # Imported at the first use: numpy, OpenCV and the models cost a second and 300 MB.
    from mediaops.annotation.engines.local import LocalEngine

    return LocalEngine()


register("local", _local)
