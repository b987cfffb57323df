"""Redis or Valkey: its version, memory, whether it evicts, what it keeps, and the topics."""

import time
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from pipeline import topics
from pipeline.redis_streams.connections import redis_url
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.server import OLDEST
from pipeline.settings import Settings
from timeflow.doctor.finding import Finding, ok, together, warning, wrong

#: What an asked Redis may raise, and what comes of answers that lack something, as those of the
#: servers of some hosters do.
ERRORS = (RedisError, OSError, ValueError, KeyError)

#: Seconds a question may take to be answered.
_SLOW_S = 0.02
#: Share of what intake may fill, above which it is time to act.
_FULL_SHARE = 0.8


def client(settings: Settings) -> Redis:
    """A client that tries once: who asks wants to know how it is now."""
    return Redis.from_url(
        redis_url(settings.redis_url),
        protocol=2,
        socket_timeout=settings.redis_timeout_s,
        socket_connect_timeout=settings.redis_timeout_s,
        retry=Retry(NoBackoff(), 0),
    )


def answers(redis: Redis, settings: Settings) -> Finding:
    """How fast it answers, and whether it can carry streams."""
    began = time.perf_counter()
    redis.ping()
    took_s = time.perf_counter() - began
    server = _info(redis, "server")
    version = str(server["redis_version"])
    name = f"Redis {version}"
    if server.get("server_name") == "valkey":
        name = f"Valkey {server['valkey_version']}"
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return wrong(f"{name} is too old.", f"Upgrade it to Redis {oldest} or newer, or Valkey.")
    replication = _info(redis, "replication")
    if replication["role"] != "master":
        return wrong(f"{name} is a replica.", "Let REDIS_URL lead to the primary.")
    if replication["connected_slaves"] < settings.stream_min_replicas:
        return wrong(
            f"{name} has {replication['connected_slaves']} replicas, STREAM_MIN_REPLICAS asks for "
            f"{settings.stream_min_replicas}: no event is taken.",
            "Connect the replicas, or lower STREAM_MIN_REPLICAS.",
        )
    said = f"{name} answers in {took_s * 1000:.1f} ms."
    if took_s > _SLOW_S:
        return warning(said, "Bring it nearer, or see what keeps it busy (SLOWLOG GET).")
    return ok(said)


def eviction(redis: Redis, _: Settings) -> Finding:
    """Whether it drops what nobody has read."""
    policy = _info(redis, "memory")["maxmemory_policy"]
    if policy != "noeviction":
        return wrong(
            f"maxmemory-policy is {policy}: events may be dropped unread.",
            "Set maxmemory-policy noeviction in its configuration; processes refuse to start "
            "before that.",
        )
    return ok("It evicts nothing: maxmemory-policy is noeviction.")


def memory(redis: Redis, settings: Settings) -> Finding:
    """How full it is, compared with where intake stops."""
    told = _info(redis, "memory")
    used, most, share = told["used_memory"], told["maxmemory"], settings.intake_memory_share
    if not most:
        return warning(
            f"maxmemory is not set; {_megabytes(used)} are used.",
            "Set maxmemory: without it intake does not stop in time, and the system ends Redis.",
        )
    said = (
        f"{_megabytes(used)} of {_megabytes(most)} are used ({used / most:.0%}); intake stops "
        f"at {share:.0%}"
    )
    advice = (
        "See `GET /ops/streams` for a stage that lags; else raise maxmemory (embedded: "
        "REDIS_MAXMEMORY_BYTES), or lower RETENTION_AGE_S or RETENTION_BYTES."
    )
    if used > share * most:
        return wrong(f"{said}: events are answered 503.", advice)
    if used > _FULL_SHARE * share * most:
        return warning(f"{said}.", advice)
    return ok(f"{said}.")


def durability(redis: Redis, _: Settings) -> Finding:
    """Whether an acknowledged event survives a power cut."""
    told = _info(redis, "persistence")
    if not told["aof_enabled"]:
        return warning(
            "appendonly is no: acknowledged events may be lost.",
            "Set appendonly yes and appendfsync always.",
        )
    if told.get("aof_last_write_status", "ok") != "ok":
        return wrong("It cannot write its append-only file.", "See its log, and its disk's space.")
    try:
        synced = redis.config_get("appendfsync")["appendfsync"]
    except (ResponseError, KeyError):
        return warning(
            "It does not tell its appendfsync.",
            "Allow its user CONFIG GET, or see elsewhere that appendfsync is always.",
        )
    if synced != "always":
        return warning(
            f"appendfsync is {synced}: the last acknowledged events may be lost.",
            "Set appendfsync always.",
        )
    return ok("appendonly is yes, appendfsync is always.")


def partitions(redis: Redis, settings: Settings) -> Finding:
    """Whether the topics have as many partitions as the settings say."""
    names = [topic.name for topic in topics.ALL]
    stored = dict(zip(names, redis.hmget(Keys(settings.redis_prefix).topics(), names), strict=True))
    found = [
        wrong(
            f"Topic {name} has {int(count)} partitions, PARTITIONS is {settings.partitions}.",
            f"Set PARTITIONS={int(count)}: the number of a topic cannot change.",
        )
        for name, count in stored.items()
        if count is not None and int(count) != settings.partitions
    ]
    missing = [name for name, count in stored.items() if count is None]
    said = f"{settings.partitions} partitions, as PARTITIONS says"
    if missing:
        said += f"; not declared yet: {', '.join(missing)}"
    return together(found, f"{said}.")


#: Those of a server that answers; the first says so.
CHECKS = {
    "Redis": answers,
    "Redis eviction": eviction,
    "Redis memory": memory,
    "Redis durability": durability,
    "topics": partitions,
}


def now(redis: Redis) -> float:
    """Its clock, seconds since 1970."""
    seconds, microseconds = redis.time()
    return float(seconds + microseconds / 1e6)


def _info(redis: Redis, section: str) -> dict[str, Any]:
    told: dict[str, Any] = redis.info(section)
    return told


def _megabytes(amount: int) -> str:
    return f"{amount / 2**20:.0f} MB"
