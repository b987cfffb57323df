"""Fits segments in a process of its own, for scikit-learn is large and takes all of a core.

Run as a program: a task as JSON on stdin, what came of it on stdout. It is as nice as can be, takes
one core, and limits itself in memory.
"""

import os
import resource
import sys

import msgspec

from pipeline.steps.segment_model import Fit, Model


class Task(msgspec.Struct):
    """Rows of a subject's wanted features, none missing; see `learnt.fit.fit`."""

    subject: str
    feature_set: str
    rows: list[list[float]]
    groups: list[int]
    classes: list[int]
    left_out: int
    before: Model | None
    seed: int
    memory_bytes: int


class Answer(msgspec.Struct):
    """What came of it, and how far each feature has moved from the model before."""

    fit: Fit
    psi: dict[str, float]


def main() -> None:
    """Answer one task."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    os.nice(10)
    # Address space, of which libraries map more than they use.
    limit = task.memory_bytes * 4
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"  # noqa: TID251
    # Only now, when the limits hold and the number of threads is known.
    from pipeline.steps.learnt.fit import fit, moved

    found = fit(
        task.subject,
        task.feature_set,
        task.rows,
        task.groups,
        task.classes,
        left_out=task.left_out,
        before=task.before,
        seed=task.seed,
    )
    answer = Answer(found, moved(task.before, task.rows))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
