"""A process that runs the ledger stage and one that follows it, on the real transport.

python -m tests.services.stage.app_worker DATABASE_URL REDIS_URL
"""

import asyncio
import sys

import uvloop

import agents
from models.database import configure
from pipeline import logs
from pipeline.app import StageApp
from pipeline.settings import Settings
from pipeline.stage import discover
from tests.instance import PATIENCE_S
from tests.services.stage.ledger import LEDGER
from timeflow.worker import Worker

PREFIX = "stage-test"


async def main(database_url: str, redis_url: str) -> None:
    """Run the stages."""
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        partitions=4,
        lease_s=2,
        redis_prefix=PREFIX,
        dead_letter_delay_s=0.1,
        dead_letter_poll_s=0.5,
        sweep_s=1,
    )
    logs.configure(settings)
    configure(database_url, lease_s=2, statement_timeout_s=20, lock_timeout_s=10)
    following = discover(agents)["segmentation"]
    apps = [StageApp(LEDGER, settings), StageApp(following, settings)]
    await Worker(apps, grace_s=PATIENCE_S).run()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
