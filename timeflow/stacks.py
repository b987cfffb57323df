"""What every task of the loop waits for, when a process seems to stand still."""

import asyncio
from collections.abc import Iterator
from types import AsyncGeneratorType, CoroutineType
from typing import Any


def of_all_tasks() -> list[str]:
    """A line a task: its name and where each of its coroutines stands, the innermost last."""
    return [
        f"{task.get_name()}: {' > '.join(_places(task.get_coro()))}" for task in asyncio.all_tasks()
    ]


def _places(awaited: Any) -> Iterator[str]:
    while awaited is not None:
        if isinstance(awaited, CoroutineType):
            frame, awaited = awaited.cr_frame, awaited.cr_await
        elif isinstance(awaited, AsyncGeneratorType):
            frame, awaited = awaited.ag_frame, awaited.ag_await
        else:
            yield type(awaited).__name__
            return
        if frame is not None:
            yield f"{frame.f_code.co_qualname}:{frame.f_lineno}"
