"""Whose partition is paused, in queries: as `pipeline.topics.partition_of` has it."""

from typing import Any, NamedTuple


class Held(NamedTuple):
    """Partitions of which nothing may go on, and how many partitions there are."""

    paused: tuple[int, ...] = ()
    partitions: int = 1

    def values(self) -> dict[str, Any]:
        """What `goes_on` asks for."""
        return {"paused": list(self.paused), "partitions": self.partitions}


NONE = Held()


def goes_on(user: str) -> str:
    """The condition that the partition of a user, a column, is not held."""
    return (
        f"mod(('x' || right({user}::text, 8))::bit(32)::bigint, %(partitions)s)"
        " <> ALL(%(paused)s::int[])"
    )
