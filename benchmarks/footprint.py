"""Memory (proportional set size) and idle CPU of the whole process tree of `timeflow up`."""

import time
from pathlib import Path

import psutil

from benchmarks.rig import running

SETTLE_S = 10.0
IDLE_S = 30.0


def measure() -> dict[str, float]:
    """PSS in MB, and CPU in percent of one core while nobody asks for anything."""
    with running(people=1) as rig:
        assert rig.instance.process is not None
        root = psutil.Process(rig.instance.process.pid)
        tree = [root, *root.children(recursive=True)]
        time.sleep(SETTLE_S)
        before = _cpu_s(tree)
        time.sleep(IDLE_S)
        idle = (_cpu_s(tree) - before) / IDLE_S
        return {
            "memory of the whole tree (PSS), MB": sum(_pss_kb(p.pid) for p in tree) / 1024,
            "idle CPU of the whole tree, % of a core": 100 * idle,
        }


def _cpu_s(tree: list[psutil.Process]) -> float:
    """As the scheduler counts it, in nanoseconds: a tick would miss or double what is short."""
    counts = [
        int(file.read_text().split()[0])
        for process in tree
        for file in Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    ]
    return sum(counts) / 1e9


def _pss_kb(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return 0
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
