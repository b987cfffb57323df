"""What a Faust app may say about its streams, in the query of its broker URL.

    redis://localhost:6379/0?prefix=shop&lease_s=10

or, in code, as the attribute `stream_options` of the app. What is no option stays with the URL.
"""

from dataclasses import dataclass, fields, replace

from yarl import URL


@dataclass(frozen=True)
class Options:
    """Options of the transport, with their defaults."""

    #: First part of every key.
    prefix: str = "faust"
    #: Seconds after which a silent member loses its partitions.
    lease_s: float = 5.0
    #: Renewals of the lease in its time.
    beats: int = 5
    #: Seconds the event loop may stand still before the process ends itself.
    loop_deadline_s: float = 60.0
    #: Seconds it then has to say so: what holds the loop may hold the log as well.
    last_words_s: float = 2.0
    #: Seconds members have to join a new generation; who does not is left out of it.
    join_s: float = 5.0
    #: Seconds a live member has to hand a partition over; then it is taken.
    release_s: float = 5.0
    #: Seconds one command may take.
    timeout_s: float = 2.0
    #: Seconds a read waits for entries.
    block_s: float = 1.0
    #: Entries and bytes of one partition in one read.
    read_entries: int = 100
    read_bytes: int = 1_048_576
    #: Entries and bytes of one partition that may be unacknowledged; beyond, it is not read.
    unacked_entries: int = 1000
    unacked_bytes: int = 4_194_304
    #: Entries and bytes of one append of the producer, and bytes that may wait for it.
    append_entries: int = 500
    append_bytes: int = 4_194_304
    waiting_bytes: int = 67_108_864
    #: Replicas that must have an append before it counts.
    min_replicas: int = 0


def parse(url: URL, options: Options) -> tuple[URL, Options]:
    """The URL without our options, and `options` with those of the URL."""
    kinds = {field.name: type(getattr(options, field.name)) for field in fields(options)}
    given = {name: kinds[name](value) for name, value in url.query.items() if name in kinds}
    rest = {name: value for name, value in url.query.items() if name not in kinds}
    return url.with_query(rest or None), replace(options, **given)
