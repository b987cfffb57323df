"""What commands share: where the data lies, and the settings made of environment and options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline import logs, settings
from pipeline.settings import Settings

data_dir = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="Where embedded servers and made keys live (DATA_DIR).",
)


def configured(**overrides: Any) -> Settings:
    """The settings of this process, whose logs then follow them."""
    return _followed(settings.load, overrides)


def as_given(**overrides: Any) -> Settings:
    """As `configured`, but secrets may be missing or weak, and none is made."""
    return _followed(settings.given, overrides)


def _followed(read: Callable[..., Settings], overrides: dict[str, Any]) -> Settings:
    if overrides.get("data_dir") is not None:
        overrides["data_dir"] = overrides["data_dir"].absolute()
    found = read(**overrides)
    logs.configure(found)
    return found
