"""Runs under the real client's Python: one call a line in, its answer a line out.

    {"call": "heartbeat", "args": [...], "kwargs": {...}}  ->  {"answer": ...} or {"error": "..."}

Events and instants travel as {"event": {...}} and {"instant": "..."}. A call is a method of
`ActivityWatchClient`, or one of the few functions named here.
"""

import json
import sys
from datetime import datetime, timedelta
from typing import Any

from aw_client import ActivityWatchClient, queries  # type: ignore[import-not-found]
from aw_core.models import Event  # type: ignore[import-not-found]
from aw_transform.heartbeats import heartbeat_reduce  # type: ignore[import-not-found]


def read(value: Any) -> Any:
    """A value of the call's JSON as the client takes it."""
    if isinstance(value, list):
        return [read(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "event" in value:
        return Event(**value["event"])
    if "instant" in value:
        return datetime.fromisoformat(value["instant"])
    return {name: read(one) for name, one in value.items()}


def shown(value: Any) -> Any:
    """A value of the answer that JSON does not know."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


def main() -> None:
    """Answer until the input ends."""
    name, host, port = sys.argv[1:]
    client = ActivityWatchClient(name, host=host, port=int(port))
    functions = {
        "reduce": heartbeat_reduce,
        "full_desktop_query": lambda given: queries.fullDesktopQuery(
            queries.DesktopQueryParams(**given)
        ),
        "queue_size": lambda: client.request_queue._persistqueue.qsize(),
    }
    for line in sys.stdin:
        asked = json.loads(line)
        call = functions.get(asked["call"]) or getattr(client, asked["call"])
        try:
            said = {"answer": call(*read(asked["args"]), **read(asked["kwargs"]))}
        except Exception as error:  # noqa: BLE001 - whatever the client raises is its answer
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said, default=shown), flush=True)  # noqa: T201 - to the test


main()
