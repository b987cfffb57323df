"""Bodies of `POST /events`, each with ids never used before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


def heartbeats(events: int, prefix: str) -> Callable[[int], bytes]:
    """Bodies of `events` heartbeats each; request `n` begins at its own minute of a ten-hour day.

    What an editor sends: a few files of one project on one device.
    """
    template = (
        '{"id":"%s-%d-%d","type":"usage.heartbeat","time":"%s","device":"desk",'
        '"entity":"/home/me/src/file-%d.py","category":"coding","project":"timeflow"}'
    )

    def body(number: int) -> bytes:
        day, minute = divmod(number, 600)
        start = NOON - timedelta(days=day % 60, minutes=minute)
        parts = (
            template % (prefix, number, i, (start + timedelta(seconds=i)).isoformat(), i % 5)
            for i in range(events)
        )
        return b'{"events":[%s]}' % ",".join(parts).encode()

    return body
