"""Members come, go, die and hang; every partition goes on, and those that stay do not notice."""

import asyncio
import contextlib
import itertools
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.lease import EXIT_STATUS
from tests.instance import PATIENCE_S, wait_until
from tests.services.redis_streams.faust_process import FaustProcess
from tests.services.redis_streams.load import PARTITIONS, Load
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services

LEASE_S = 2.0


@pytest.fixture
async def load(connections: Connections) -> Load:
    """Load on a topic that exists."""
    load = Load(connections)
    await load.declare()
    return load


def member(
    directory: Path, server: Valkey, name: str, lease_s: float = LEASE_S, **environment: str
) -> FaustProcess:
    """One member with a journal of its own."""
    (directory / name).mkdir()
    url = f"{server.url}?lease_s={lease_s:g}"
    return FaustProcess("journal_app", directory / name, url, **environment)


async def until(condition: object, *, timeout_s: float = PATIENCE_S, what: str) -> None:
    """As `wait_until`, beside a running load."""
    await asyncio.to_thread(wait_until, condition, timeout_s=timeout_s, what=what)  # type: ignore[arg-type]


def owned(process: FaustProcess) -> set[int]:
    """What a member was assigned last."""
    assigned = process.mine("assigned")
    return set(assigned[-1]["assigned"]) if assigned else set()


def last_at(process: FaustProcess) -> dict[int, float]:
    """When each partition was last heard of."""
    return {line["partition"]: line["at"] for line in process.lines()}


def pauses(process: FaustProcess, partition: int) -> float:
    """The longest silence of a partition in one member."""
    times = [line["at"] for line in process.lines() if line["partition"] == partition]
    return max((b - a for a, b in itertools.pairwise(times)), default=0.0)


def assert_each_partition_in_order(*processes: FaustProcess) -> None:
    for process in processes:
        seen: dict[tuple[int, int], list[int]] = defaultdict(list)
        for line in process.lines():
            seen[line["process"], line["partition"]].append(line["offset"])
        for (_, partition), offsets in seen.items():
            assert offsets == sorted(set(offsets)), f"partition {partition}"


async def test_members_share_and_what_stays_neither_pauses_nor_repeats(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    with member(tmp_path, server, "a") as a, member(tmp_path, server, "b") as b:
        b.end(signal.SIGKILL)
        async with load.running():
            everything = set(range(PARTITIONS))
            await until(lambda: set(last_at(a)) == everything, timeout_s=20, what="a has all")
            b.start()
            await until(lambda: len(owned(b)) == 4 == len(owned(a)), timeout_s=20, what="halves")
            await until(lambda: set(last_at(b)) >= owned(b), timeout_s=10, what="b works")
            stayed = owned(a)
            assert not stayed & owned(b)
            assert await asyncio.to_thread(b.end, signal.SIGTERM) == 0
            # At once, and not when a lease is over: by the time b has ended.
            assert owned(a) == everything
        await until(
            lambda: {x["value"] for x in a.lines() + b.lines()} >= load.appended,
            timeout_s=10,
            what="everything was read",
        )
        offsets = [(x["partition"], x["offset"]) for x in a.lines() if x["partition"] in stayed]
        assert len(offsets) == len(set(offsets))
        assert max(pauses(a, partition) for partition in stayed) < 0.5
        assert_each_partition_in_order(a, b)


async def test_an_orderly_leave_repeats_nothing(server: Valkey, load: Load, tmp_path: Path) -> None:
    with member(tmp_path, server, "a") as a, member(tmp_path, server, "b") as b:
        await until(lambda: len(owned(a)) == 4 == len(owned(b)), timeout_s=20, what="halves")
        async with load.running():
            await until(lambda: len(b.lines()) > 50, timeout_s=10, what="b works")
            assert await asyncio.to_thread(b.end, signal.SIGTERM) == 0
            assert len(owned(a)) == PARTITIONS
            await until(lambda: len(a.lines()) > 200, timeout_s=10, what="a works")
        await until(
            lambda: {x["value"] for x in a.lines() + b.lines()} >= load.appended,
            timeout_s=10,
            what="everything was read",
        )
        values = [line["value"] for line in a.lines() + b.lines()]
        assert len(values) == len(set(values))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_the_partitions_of_a_dead_member_move_when_its_lease_is_over(
    server: Valkey, load: Load, tmp_path: Path, how: signal.Signals
) -> None:
    names = ("a", "b", "c")
    with contextlib.ExitStack() as stack:
        members = [stack.enter_context(member(tmp_path, server, name)) for name in names]
        everyone = [len(owned(m)) for m in members]
        await until(
            lambda: sorted(len(owned(m)) for m in members) == [2, 3, 3], timeout_s=20, what="shares"
        )
        async with load.running():
            victim, *others = members
            await until(lambda: set(last_at(victim)) == owned(victim), timeout_s=10, what="works")
            moved = owned(victim)
            if how == signal.SIGKILL:
                victim.end(how)
            else:
                victim.signal(how)
            died_at = time.time()

            def taken_over() -> bool:
                heard: dict[int, float] = {}
                for other in others:
                    heard |= last_at(other)
                return all(heard.get(partition, 0) > died_at for partition in moved)

            await until(taken_over, timeout_s=10, what="taken over")
            took_s = time.time() - died_at
            assert took_s < LEASE_S + 1, everyone
            if how == signal.SIGSTOP:
                victim.signal(signal.SIGCONT)
                await until(
                    lambda: len(owned(victim)) >= 2 and len(victim.mine("assigned")) > 1,
                    timeout_s=10,
                    what="back in the group",
                )
        await until(
            lambda: {x["value"] for m in members for x in m.lines()} >= load.appended,
            timeout_s=10,
            what="everything was read",
        )


async def test_who_starts_again_need_not_wait_for_the_lease_of_who_died(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    with member(tmp_path, server, "a", 60) as a, member(tmp_path, server, "b", 60) as b:
        await until(lambda: len(owned(a)) == 4 == len(owned(b)), what="halves")
        async with load.running():
            for dead, working in (({a}, {a, b}), ({a, b}, {a})):
                for victim in dead:
                    victim.end(signal.SIGKILL)
                died_at = time.time()
                a.start()
                await until(
                    lambda working=working, died_at=died_at: (
                        heard_since(died_at, working) == set(range(PARTITIONS))
                    ),
                    timeout_s=30,
                    what="every partition goes on",
                )


def heard_since(time: float, members: Iterable[FaustProcess]) -> set[int]:
    """The partitions that were heard of since."""
    return {p for member in members for p, at in last_at(member).items() if at > time}


async def test_a_loop_that_stands_still_keeps_its_partitions(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    with (
        member(tmp_path, server, "a", BLOCK_S=f"{LEASE_S * 2}") as a,
        member(tmp_path, server, "b") as b,
    ):
        await until(lambda: len(owned(a)) == 4 == len(owned(b)), timeout_s=20, what="halves")
        before = owned(a)
        async with load.running():
            await until(lambda: len(a.lines()) > 20, timeout_s=10, what="a works")
            a.signal(signal.SIGALRM)
            blocked_at = time.time()
            await until(
                lambda: min(last_at(a).values()) > blocked_at + LEASE_S * 2,
                timeout_s=15,
                what="a works again",
            )
        assert owned(a) == before
        assert len(b.mine("assigned")) == len(b.mine("revoked")) + 1 or not b.mine("revoked")


async def test_a_process_whose_loop_stands_still_for_good_ends_itself(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    log = await stand_still_for_good(tmp_path / "a", server, last_words_s=PATIENCE_S)
    assert "the event loop has stood still" in log


async def test_it_ends_itself_also_when_it_cannot_say_so(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    log = await stand_still_for_good(tmp_path / "a", server, last_words_s=0.1, HOLD_LOG="1")
    assert "the event loop has stood still" not in log


async def stand_still_for_good(
    directory: Path, server: Valkey, *, last_words_s: float, **environment: str
) -> str:
    """Hold the loop of a member until it ends itself; its log."""
    directory.mkdir()
    options = f"lease_s={LEASE_S:g}&loop_deadline_s=3&last_words_s={last_words_s:g}"
    url = f"{server.url}?{options}"
    forever = {"BLOCK_S": "3600", **environment}
    with FaustProcess("journal_app", directory, url, **forever) as member:
        await until(lambda: len(owned(member)) == PARTITIONS, what="assigned")
        member.signal(signal.SIGALRM)
        assert await asyncio.to_thread(member.wait) == EXIT_STATUS
        return member.log.read_text()


async def test_a_slow_partition_does_not_hold_up_the_others(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    url = f"{server.url}?unacked_entries=10"
    slow = {"SLOW_PARTITION": "3", "SLOW_S": "0.2"}
    with FaustProcess("journal_app", tmp_path / "a", url, **slow) as a:
        for _ in range(100):
            await asyncio.gather(*(load.append(partition) for partition in range(PARTITIONS)))
        await until(
            lambda: sum(line["partition"] != 3 for line in a.lines()) == 100 * (PARTITIONS - 1),
            timeout_s=20,
            what="all others",
        )
        assert sum(line["partition"] == 3 for line in a.lines()) < 50


async def test_a_partition_taken_by_force_is_not_committed_by_who_had_it(
    server: Valkey, load: Load, connections: Connections, tmp_path: Path
) -> None:
    with member(tmp_path, server, "a") as a:
        await until(lambda: len(owned(a)) == PARTITIONS, timeout_s=20, what="assigned")
        await load.append(3)
        await until(lambda: a.lines(), timeout_s=5, what="read")
        keys = Keys("faust")
        await connections.call("HINCRBY", keys.groups("events", 3), "fence:journal", 1)
        # a is told so at its next commit, and acquires the partition anew.
        for _ in range(5):
            await load.append(3)
        await until(
            lambda: {line["value"] for line in a.lines()} >= load.appended, timeout_s=10, what="all"
        )
        await until(lambda: "events/3 is stale" in a.log.read_text(), timeout_s=5, what="told")
        await until(lambda: len(owned(a)) == PARTITIONS, timeout_s=5, what="assigned again")


async def test_an_entry_is_handed_over_within_milliseconds(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    with member(tmp_path, server, "a") as a:
        await until(lambda: len(owned(a)) == PARTITIONS, timeout_s=20, what="assigned")
        sent: dict[str, float] = {}
        for number in range(100):
            value = f"value{number}"
            sent[value] = time.time()
            await load.append(number % PARTITIONS)
            await asyncio.sleep(0.01)
        await until(lambda: len(a.lines()) == 100, timeout_s=5, what="all")
        delays = sorted(line["at"] - sent[line["value"]] for line in a.lines())
        assert delays[50] < 0.02
        assert delays[95] < 0.1


async def test_two_groups_of_one_process_each_get_everything(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    url = f"{server.url}?lease_s={LEASE_S:g}"
    with FaustProcess("two_apps", tmp_path, url) as both:
        for _ in range(20):
            await asyncio.gather(*(load.append(partition) for partition in range(PARTITIONS)))
        for group in ("first", "second"):
            await until(
                lambda group=group: (
                    {x["value"] for x in both.lines("group") if x["group"] == group}
                    == load.appended
                ),
                timeout_s=20,
                what=f"{group} has everything",
            )
        assert await asyncio.to_thread(both.end, signal.SIGTERM) == 0


async def test_churn_loses_nothing_and_leaves_every_partition_owned(
    server: Valkey, load: Load, tmp_path: Path
) -> None:
    with contextlib.ExitStack() as stack:
        members = [stack.enter_context(member(tmp_path, server, name)) for name in "abc"]
        async with load.running():
            await until(lambda: sum(map(len, map(owned, members))) == 8, timeout_s=20, what="up")
            for turn, how in enumerate([signal.SIGKILL, signal.SIGTERM] * 4):
                leaving = members[turn % 3]
                await asyncio.to_thread(leaving.end, how)
                leaving.start()
                await asyncio.sleep(0.3 * (turn % 4))
            settled_at = time.time() + LEASE_S + 1
            await until(
                lambda: (
                    {
                        partition
                        for m in members
                        for partition, at in last_at(m).items()
                        if at > settled_at
                    }
                    == set(range(PARTITIONS))
                ),
                timeout_s=20,
                what="every partition goes on",
            )
        await until(
            lambda: {x["value"] for m in members for x in m.lines()} >= load.appended,
            timeout_s=10,
            what="everything was read",
        )
        assert_each_partition_in_order(*members)
