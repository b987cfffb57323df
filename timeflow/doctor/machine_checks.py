"""This machine: clocks, space on its disks, Python, and the rules of time zones."""

import re
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import tzdata

from pipeline.settings import Settings
from timeflow.doctor.finding import Finding, not_made, ok, together, warning, wrong

#: Seconds clocks may differ.
_APART_S = 1.0
#: Free space below which it is time to act, and below which it is too late: share and bytes.
_LOW_SHARE, _LOW_BYTES = 0.1, 10**9
_FULL_SHARE, _FULL_BYTES = 0.02, 200 * 10**6
_OLDEST_PYTHON = (3, 11)
#: Years after which rules of time zones are old.
_OLD_YEARS = 2


def ahead_s(ask: Callable[[], float]) -> float:
    """Seconds a clock is ahead of this machine's."""
    before = time.time()
    there = ask()
    return there - (before + time.time()) / 2


def clocks(ahead: Mapping[str, float], lease_s: float) -> Finding:
    """Whether the clocks of the servers, so many seconds ahead of ours, agree with each other."""
    if not ahead:
        return not_made("no server answers", "See to the servers first.")
    by_clock = {"this machine": 0.0, **ahead}
    first, last = max(by_clock, key=by_clock.__getitem__), min(by_clock, key=by_clock.__getitem__)
    apart_s = by_clock[first] - by_clock[last]
    if apart_s <= _APART_S:
        return ok(f"{' and '.join(ahead)} and this machine agree within {_APART_S:g} s.")
    found = f"The clock of {first} is {apart_s:.1f} s ahead of that of {last}"
    advice = "Set the clocks by NTP (chrony, systemd-timesyncd) on all machines."
    if apart_s > lease_s:
        return wrong(f"{found}, more than LEASE_S ({lease_s:g}).", advice)
    return warning(f"{found}.", advice)


def disk(settings: Settings) -> Finding:
    """Whether the data directory, and the servers in it, have space to grow."""
    root = settings.data_dir
    by_device: dict[int, Path] = {}
    for place in (root, root / "postgres" / "data", root / "redis" / "data"):
        try:
            by_device.setdefault(place.stat().st_dev, place)
        except FileNotFoundError:
            continue
        except OSError as error:
            return warning(f"{place} cannot be seen: {error.strerror}.", "Run this as its owner.")
    if not by_device:
        return ok(f"Nothing is kept in {root}.")
    found = {place: shutil.disk_usage(place) for place in by_device.values()}
    return together(
        (space(place, usage.free, usage.total) for place, usage in found.items()),
        " ".join(_said(place, usage.free, usage.total) for place, usage in found.items()),
    )


def space(place: Path, free: int, total: int) -> Finding:
    """Whether so many bytes are enough."""
    said, advice = _said(place, free, total), "Free some space there, or give it a larger disk."
    if free < max(_FULL_BYTES, _FULL_SHARE * total):
        return wrong(said, advice)
    if free < max(_LOW_BYTES, _LOW_SHARE * total):
        return warning(said, advice)
    return ok(said)


def python(_: Settings) -> Finding:
    """Whether this Python is supported."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _OLDEST_PYTHON:
        oldest = ".".join(map(str, _OLDEST_PYTHON))
        return wrong(f"Python {version} is too old.", f"Install TimeFlow in Python {oldest}.")
    return ok(f"Python {version}.")


def time_zones(_: Settings) -> Finding:
    """Whether the rules of time zones are known and recent."""
    said, advice = f"The rules of time zones are {tzdata.IANA_VERSION or 'unknown'}", _UPGRADE
    year = re.match(r"(\d{4})[a-z]", tzdata.IANA_VERSION)
    if year is None:
        return warning(f"{said}.", advice)
    if int(year[1]) + _OLD_YEARS <= datetime.now(UTC).year:
        return warning(f"{said}: old.", advice)
    return ok(f"{said}.")


_UPGRADE = "pip install --upgrade tzdata"

CHECKS = {"disk": disk, "Python": python, "time zones": time_zones}


def _said(place: Path, free: int, total: int) -> str:
    return f"{free / 1e9:.1f} GB of {total / 1e9:.1f} GB ({free / total:.0%}) are free at {place}."
