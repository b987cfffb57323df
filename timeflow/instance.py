"""The database of the instance, whether it runs or not, for commands on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.settings import Settings
from timeflow.options import configured
from timeflow.refusals import told


@contextmanager
def instance(**overrides: Any) -> Iterator[Settings]:
    """Its settings; this thread is connected to its database, which is brought up to date."""
    from models.database import database as connected
    from timeflow import database, servers

    with told(), servers.running(configured(**overrides)) as reachable:
        database.migrated(reachable)
        with connected.connection_context():
            yield reachable
