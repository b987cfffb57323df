"""The detectors: every module here is one, found by being here; see `steps.findings`."""

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import cast

from pipeline.steps.findings import Detector


def discover(package: ModuleType) -> Sequence[Detector]:
    """The detectors of a package, by name; one that fails to import raises."""
    return [
        cast(Detector, importlib.import_module(module.name))
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
