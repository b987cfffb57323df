"""Segments of a hundred thousand people, fitted in the process that fits."""

import resource
import time
from pathlib import Path

import numpy as np

from pipeline.fitting import in_child
from pipeline.segment_fitter import Task
from pipeline.settings import Settings
from pipeline.steps.features import FEATURE_SET
from pipeline.steps.vectors import USER

PEOPLE = 100_000
KINDS = 4


def measure() -> dict[str, float]:
    """Seconds until the answer is there, the most memory the process took, and what it found."""
    random = np.random.default_rng(1)
    centers = random.normal(size=(KINDS, len(USER)))
    centers *= 6 / np.linalg.norm(centers, axis=1, keepdims=True)
    scaled = centers[random.integers(KINDS, size=PEOPLE)]
    scaled = scaled + random.normal(size=scaled.shape)
    for number, wanted in enumerate(USER):
        if wanted.is_log:
            scaled[:, number] = np.expm1((scaled[:, number] + 30) / 3)
    settings = Settings(
        data_dir=Path("/nonexistent"),
        jwt_key="not used by this process at all",
        pepper="not used" * 4,
    )
    task = Task(
        subject="user",
        feature_set=FEATURE_SET,
        rows=scaled.tolist(),
        groups=list(range(PEOPLE)),
        classes=[0] * PEOPLE,
        left_out=0,
        before=None,
        seed=0,
        memory_bytes=settings.segment_fit_memory_bytes,
    )
    begun = time.monotonic()
    found = in_child(task, settings)
    seconds = time.monotonic() - begun
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "segments fit of 100,000 people, s": seconds,
        "segments fit of 100,000 people, MB": peak_kb / 1024,
        "kinds found of four": float(found.fit.model.evidence.k if found.fit.model else 0),
    }
