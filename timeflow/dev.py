"""`timeflow dev`: everything, started again whenever a source file changes."""

import shlex
import sys
from pathlib import Path

import click
import watchfiles

from pipeline.settings import Settings
from timeflow.refusals import require_free_port

PACKAGES = ("agents", "models", "pipeline", "timeflow", "web")


def run(settings: Settings) -> None:
    """Run `timeflow up` in a child process; a change ends it by SIGTERM and starts the next."""
    require_free_port(settings.host, settings.port)
    root = Path(__file__).parent.parent
    arguments = ["up", "--host", settings.host, "--port", str(settings.port)]
    command = [sys.executable, "-m", "timeflow", *arguments, "--data-dir", str(settings.data_dir)]
    click.echo(f"watching {root} for changes")
    watchfiles.run_process(
        *(root / package for package in PACKAGES),
        target=shlex.join(command),
        target_type="command",
        watch_filter=watchfiles.PythonFilter(extra_extensions=(".lua",)),
        grace_period=1,
        sigint_timeout=round(settings.grace_s),
    )
