"""A neural network in a file, run by onnxruntime on few, quiet threads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
import rapidocr
from numpy.typing import NDArray

Batch = NDArray[np.float32]

THREADS = 2
"""The processor is shared with the dashboard and the database: reading takes no more than this."""
MODELS = Path(rapidocr.__file__).parent / "models"
"""RapidOCR's wheel carries its models: nothing is downloaded, and the version in use is the pinned one."""
DETECTION = MODELS / "PP-OCRv6_det_small.onnx"
RECOGNITION = MODELS / "PP-OCRv6_rec_small.onnx"


class Network:
    """Loaded once; ``run`` may be called from several threads."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        runtime = cast(Any, onnxruntime)  # its type stubs know nothing
        options = runtime.SessionOptions()
        options.intra_op_num_threads = min(threads, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait take the processor from the jobs and the database beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = runtime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._input: str = self._session.get_inputs()[0].name

    def run(self, batch: Batch) -> Batch:
        """The first output for one input."""
        return self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0]

    def note(self, key: str) -> str:
        """What the model's file says under ``key``."""
        return str(self._session.get_modelmeta().custom_metadata_map[key])
