"""`python -m benchmarks.sip DIRECTORY > sip.csv`: the SiP tasks as `timeflow evaluate --csv` reads.

DIRECTORY holds Sip-task-info.csv and est-act-dates.csv of github.com/Derek-Jones/SiP_dataset
(Jones and Cullum 2019, arXiv 1901.01621). They say days, not hours: a task is taken to be written
down at 8, begun at 9 and done at 17. Their priority 1 is the highest.
"""

import csv
import sys
from datetime import datetime, timedelta
from pathlib import Path

from timeflow.evaluate.table import COLUMNS

_HIGHEST = 4


def rows(directory: Path) -> list[list[str]]:
    """A task a line, in the order of `COLUMNS`."""
    days = {one["TaskNumber"]: one for one in _read(directory / "est-act-dates.csv")}
    return [
        _row(one, days[one["TaskNumber"]])
        for one in _read(directory / "Sip-task-info.csv")
        if one["TaskNumber"] in days
    ]


def _row(task: dict[str, str], days: dict[str, str]) -> list[str]:
    is_done = task["StatusCode"] in ("FINISHED", "COMPLETED")
    priority = int(task["Priority"])
    return [
        task["TaskNumber"],
        task["DeveloperID"],
        task["ProjectCode"],
        str(max(0, _HIGHEST - priority)) if priority else "",
        _seconds(task["HoursEstimate"]),
        _seconds(task["DeveloperHoursActual"]),
        _at(days["EstimateOn"], 8),
        _at(days["StartedOn"], 9),
        _at(days["CompletedOn"], 17) if is_done else "",
    ]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="latin-1", newline="") as file:
        return list(csv.DictReader(file))


def _seconds(hours: str) -> str:
    return "" if hours in ("", "NA") else str(round(float(hours) * 3600))


def _at(day: str, hour: int) -> str:
    if day in ("", "NA"):
        return ""
    return (datetime.strptime(day, "%d-%b-%y") + timedelta(hours=hour)).isoformat()  # noqa: DTZ007


if __name__ == "__main__":
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    writer.writerows(rows(Path(sys.argv[1])))
