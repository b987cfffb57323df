"""The strategies: every module here is one, found by being here.

It has a `KIND` and `recommend(situation) -> Sequence[Recommendation]`; see `steps.situation`.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import cast

from pipeline.steps.situation import Strategy


def discover(package: ModuleType) -> Sequence[Strategy]:
    """The strategies of a package, by name; one that fails to import raises."""
    return [
        cast(Strategy, importlib.import_module(module.name))
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
