"""All checks of one instance: what one finds or cannot find stops no other."""

from collections.abc import Iterable
from contextlib import closing, suppress
from functools import partial

import agents
from models.database import database as connected
from pipeline.settings import Settings
from pipeline.stage import discover
from timeflow import database
from timeflow.doctor import database_checks, machine_checks, redis_checks, settings_checks
from timeflow.doctor.finding import Finding, asked, not_made, reason, wrong
from timeflow.doctor.instance import Instance, reached


def examine(settings: Settings) -> dict[str, Finding]:
    """What each check found, by its name."""
    discover(agents)
    findings = {name: check(settings) for name, check in settings_checks.CHECKS.items()}
    ahead: dict[str, float] = {}
    with reached(settings) as instance:
        findings |= _of_database(instance, ahead)
        findings |= _of_redis(instance, ahead)
    findings["clocks"] = machine_checks.clocks(ahead, settings.lease_s)
    return findings | {name: check(settings) for name, check in machine_checks.CHECKS.items()}


def _of_database(instance: Instance, ahead: dict[str, float]) -> dict[str, Finding]:
    settings, checks, errors = instance.settings, database_checks.CHECKS, database_checks.ERRORS
    if trouble := instance.troubles.get("database_url"):
        return _away(checks, trouble, instance.advice["database_url"])
    database.use(settings)
    try:
        connected.connect()
    except errors as error:
        return _away(checks, reason(error, settings.database_url), instance.advice["database_url"])
    with closing(connected):
        with suppress(*errors):
            ahead["PostgreSQL"] = machine_checks.ahead_s(database_checks.now)
        return {name: asked(partial(check, settings), errors) for name, check in checks.items()}


def _of_redis(instance: Instance, ahead: dict[str, float]) -> dict[str, Finding]:
    settings, checks, errors = instance.settings, redis_checks.CHECKS, redis_checks.ERRORS
    if trouble := instance.troubles.get("redis_url"):
        return _away(checks, trouble, instance.advice["redis_url"])
    try:
        redis = redis_checks.client(settings)
        redis.ping()
    except errors as error:
        return _away(checks, reason(error, settings.redis_url), instance.advice["redis_url"])
    with closing(redis):
        with suppress(*errors):
            ahead["Redis"] = machine_checks.ahead_s(partial(redis_checks.now, redis))
        return {
            name: asked(partial(check, redis, settings), errors) for name, check in checks.items()
        }


def _away(checks: Iterable[str], why: str, advice: str) -> dict[str, Finding]:
    first, *others = checks
    found = {first: wrong(f"It cannot be asked: {why}.", advice)}
    return found | {
        name: not_made(f"{first} cannot be asked", f"First see to {first}.") for name in others
    }
