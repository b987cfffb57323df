"""Faust's example `word_count.py`, without its table: the counts go to a journal instead.

The broker's URL is all that makes it a program on Redis Streams.
"""

import json
import os
from pathlib import Path

import faust

app = faust.App(
    "word-counts",
    broker=os.environ["BROKER_URL"],
    version=1,
    topic_partitions=8,
    origin=None,
    web_enabled=False,
)

posts_topic = app.topic("posts", value_type=str)
journal = Path(os.environ["JOURNAL"]).open("a", buffering=1)  # noqa: SIM115


@app.agent(posts_topic)
async def shuffle_words(posts: faust.StreamT[str]) -> None:
    """Generate words from posts."""
    async for post in posts:
        for word in post.split():
            await count_words.send(key=word, value=word)


@app.agent(value_type=str)
async def count_words(words: faust.StreamT[str]) -> None:
    """Count words from blog post article body."""
    async for event in words.events():
        line = {"word": event.value, "partition": event.message.partition}
        line |= {"offset": event.message.offset, "process": os.getpid()}
        journal.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    app.main()
