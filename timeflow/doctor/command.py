"""`timeflow doctor`: whether an instance, running or at rest, is well, and what to do if not."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from timeflow.options import as_given, data_dir
from timeflow.refusals import told

_COLOURS = {"ok": "green", "warning": "yellow", "wrong": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@data_dir
def doctor(as_json: bool, **overrides: Any) -> None:
    """Check settings, servers and this machine; exit code 1 if something is wrong."""
    from timeflow.doctor.examination import examine

    with told():
        findings = examine(as_given(**overrides))
    if as_json:
        click.echo(json.dumps([_plain(name, found) for name, found in findings.items()], indent=2))
    else:
        _print(findings)
    sys.exit(1 if any(found.verdict == "wrong" for found in findings.values()) else 0)


def _plain(name: str, found: Any) -> dict[str, str]:
    return {
        "check": name,
        "verdict": found.verdict,
        "found": found.found,
        "advice": found.advice,
    }


def _print(findings: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for name, found in findings.items():
        colour = _COLOURS[found.verdict]
        table.add_row(Text(found.verdict, colour), Text(name), Text(found.found))
        if found.advice:
            table.add_row("", "", Text(f"→ {found.advice}", colour))
    Console().print(table)
    verdicts = [found.verdict for found in findings.values()]
    wrong, warnings = verdicts.count("wrong"), verdicts.count("warning")
    click.echo(f"{wrong} wrong, {warnings} to look at." if wrong or warnings else "All is well.")
