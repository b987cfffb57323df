"""Two Faust apps, so two consumer groups, in one worker."""

import json
import os
from pathlib import Path
from typing import Any

import faust

journal = Path(os.environ["JOURNAL"]).open("a", buffering=1)  # noqa: SIM115


def make_app(group: str) -> faust.App:
    """An app that writes down what it is given."""
    app = faust.App(
        group,
        broker=os.environ["BROKER_URL"],
        origin=None,
        web_enabled=False,
        topic_disable_leader=True,
    )
    topic = app.topic("events", value_type=bytes, value_serializer="raw")

    @app.agent(topic, name=f"{group}.agent")
    async def write(events: Any) -> None:
        async for value in events:
            journal.write(json.dumps({"group": group, "value": value.decode()}) + "\n")

    return app


if __name__ == "__main__":
    worker = faust.Worker(make_app("first"), make_app("second"), loglevel="info")
    worker.execute_from_commandline()
