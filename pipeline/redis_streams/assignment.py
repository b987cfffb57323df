"""Faust's own assignor, spoken to in JSON: who reads which partitions."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from aiokafka.coordinator.protocol import (  # type: ignore[import-untyped]
    ConsumerProtocolMemberAssignment,
    ConsumerProtocolMemberMetadata,
)
from faust.types import TP
from msgspec import json

#: The version of the protocol's messages that Faust's assignor speaks.
_VERSION = 4


class _Metadata(msgspec.Struct, array_like=True):
    topics: list[str]
    user_data: bytes


class _Assignment(msgspec.Struct, array_like=True):
    partitions: list[tuple[str, list[int]]]
    user_data: bytes


class _Cluster:
    """What the assignor asks of Kafka's cluster metadata."""

    def __init__(self, partitions: Mapping[str, int]) -> None:
        self._partitions = partitions

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        count = self._partitions.get(topic)
        return None if count is None else set(range(count))


def metadata(app: Any, topics: Iterable[str]) -> bytes:
    """What this member wants and has."""
    asked: Any = app.assignor.metadata(set(topics))
    return json.encode(_Metadata(sorted(asked.subscription), asked.user_data))


def topics_of(members: Mapping[str, bytes]) -> set[str]:
    """All topics that any member wants."""
    return {t for data in members.values() for t in json.decode(data, type=_Metadata).topics}


def assign(
    app: Any, members: Mapping[str, bytes], partitions: Mapping[str, int]
) -> dict[str, bytes]:
    """The assignment of each member."""
    known = {name: json.decode(data, type=_Metadata) for name, data in members.items()}
    asked = {
        name: ConsumerProtocolMemberMetadata(_VERSION, m.topics, m.user_data)
        for name, m in known.items()
    }
    answer: Any = app.assignor.assign(_Cluster(partitions), asked)
    return {
        name: json.encode(_Assignment([(t, list(ps)) for t, ps in a.assignment], a.user_data))
        for name, a in answer.items()
    }


def accept(app: Any, data: bytes) -> set[TP]:
    """Tell the assignor what this member got; the partitions."""
    mine = json.decode(data, type=_Assignment)
    app.assignor.on_assignment(
        ConsumerProtocolMemberAssignment(_VERSION, list(mine.partitions), mine.user_data)
    )
    return {TP(topic, partition) for topic, ps in mine.partitions for partition in ps}
