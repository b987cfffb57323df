"""The database as the command line sees it: brought up to date, or emptied."""

import shutil
from contextlib import closing
from urllib.parse import urlsplit

from redis import Redis

from models import segments
from models.database import configure, database, execute
from models.migrate import migrate
from pipeline import data_directory
from pipeline.redis_streams.connections import redis_url
from pipeline.settings import Settings
from pipeline.steps.segments import RULES, catalogue
from timeflow.refusals import Refused


def migrated(settings: Settings) -> list[str]:
    """Point the process at its database, apply what is missing and return the names of that."""
    use(settings)
    with database.connection_context():
        names = migrate()
        segments.define(catalogue(), RULES)
        return names


def use(settings: Settings) -> None:
    """Point the process at its database."""
    configure(
        settings.database_url,
        lease_s=settings.lease_s,
        statement_timeout_s=settings.statement_timeout_s,
        lock_timeout_s=settings.lock_timeout_s,
    )


def reset(settings: Settings, meant: str | None) -> None:
    """Delete all rows and streams; a database that is not embedded must be `meant` by its name."""
    if settings.database_url:
        name = urlsplit(settings.database_url).path.lstrip("/")
        if meant != name:
            raise Refused(f"this would delete the database {name!r}: repeat --yes-i-mean {name}")
        _drop_tables(settings)
    if settings.redis_url:
        _delete_keys(settings)
    if not (settings.database_url and settings.redis_url):
        reset_embedded(settings)


def reset_embedded(settings: Settings) -> None:
    """Delete the data of embedded servers; the made keys stay."""
    data_directory.prepare(settings.data_dir)
    with data_directory.claim(settings.data_dir):
        for name, url in {"postgres": settings.database_url, "redis": settings.redis_url}.items():
            directory = settings.data_dir / name
            if not url and directory.exists():
                shutil.rmtree(directory)


def _drop_tables(settings: Settings) -> None:
    use(settings)
    with database.connection_context(), database.atomic():
        execute("DROP SCHEMA IF EXISTS analyst CASCADE")
        execute("DROP SCHEMA public CASCADE")
        execute("CREATE SCHEMA public")


def _delete_keys(settings: Settings) -> None:
    with closing(Redis.from_url(redis_url(settings.redis_url))) as client:
        prefix = settings.redis_prefix
        for pattern in (f"{prefix}:*", f"{{{prefix}:*", f"{{{prefix}}}:*"):
            for key in client.scan_iter(pattern, count=1000):
                client.unlink(key)
