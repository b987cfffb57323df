"""Which code runs: what an event does to one build says nothing of another."""

from functools import cache
from hashlib import blake2s
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parents[1]
#: What runs when an event is applied.
_PACKAGES = ("agents", "models", "pipeline")


@cache
def code_version() -> str:
    """The version and a digest of the sources: `0.1.0+1f2e3d4c`."""
    digest = blake2s(digest_size=4)
    for package in _PACKAGES:
        for source in sorted((_ROOT / package).rglob("*.py")):
            digest.update(source.read_bytes())
    return f"{version('timeflow')}+{digest.hexdigest()}"
