"""A process that owns the partition of a log in a file until all of it is done.

python -m tests.services.stage.worker DATABASE_URL LOG EPOCH
"""

import asyncio
import sys
from pathlib import Path

import msgspec

from models.database import configure
from pipeline.running_stage import RunningStage
from pipeline.settings import Settings
from tests.services.stage.driver import Log, Owned, claim, until
from tests.services.stage.ledger import LEDGER


async def main(url: str, log_file: str, epoch: str) -> None:
    """Own the partition under `epoch`."""
    configure(url, lease_s=30, statement_timeout_s=20, lock_timeout_s=10)
    log = Log()
    log.values = msgspec.json.decode(Path(log_file).read_bytes(), type=list[bytes])

    async def append(partition: int, value: bytes) -> None: ...

    running = RunningStage(LEDGER, Settings(database_url=url, check_timeout_s=1), append)
    running.pauses.update(())
    owned = await Owned(running, log, claim(int(epoch))).acquire()
    sys.stdout.write("owned\n")
    sys.stdout.flush()
    await until(lambda: len(log.values) in log.acknowledged or not log.values, 60)
    await owned.owner.release(5)
    await running.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
