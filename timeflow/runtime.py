"""What one process of TimeFlow is composed of: stages, the relay, the API, or all of them.

Whatever cannot work is refused before anything runs: the port, the versions of the servers, the
numbers of partitions. The stages start first and the API last, so it stops first.
"""

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence

import mode
import uvloop

import agents
from pipeline import topics
from pipeline.app import StageApp
from pipeline.database import DatabaseThreads
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.server import require_server
from pipeline.redis_streams.topics import Topics
from pipeline.relay import Relay
from pipeline.settings import Settings
from pipeline.stage import Stage, discover
from timeflow import database, servers
from timeflow.jobs import Jobs
from timeflow.loop_lag import LoopLag
from timeflow.privacy_jobs import PrivacyJobs
from timeflow.refusals import Refused, require_free_port
from timeflow.segment_fits import SegmentFits
from timeflow.trimming import Trimming
from timeflow.watchdog import Watchdog
from timeflow.worker import Worker

#: Makes one more service, started after all others.
Last = Callable[[Settings], mode.Service]


def run(
    settings: Settings,
    *,
    stages: Sequence[str] | None,
    with_web: bool = False,
    with_relay: bool = False,
    alone: bool = False,
    last: Last | None = None,
) -> None:
    """Run until a signal. `stages`: their names, empty for all of them, None for none."""
    known = discover(agents)
    chosen = [] if stages is None else _chosen(known, stages)
    if with_web:
        require_free_port(settings.host, settings.port)
    with servers.running(settings, alone=alone) as reachable:
        database.migrated(reachable)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(reachable, chosen, with_web, with_relay, last))


def _chosen(known: Mapping[str, Stage], names: Sequence[str]) -> list[Stage]:
    if unknown := sorted(set(names) - set(known)):
        raise Refused(f"no stage {', '.join(unknown)}: there are {', '.join(sorted(known))}")
    return [stage for name, stage in sorted(known.items()) if not names or name in names]


async def _serve(
    settings: Settings,
    stages: Sequence[Stage],
    with_web: bool,
    with_relay: bool,
    last: Last | None,
) -> None:
    connections = Connections(settings.redis_url, timeout_s=settings.redis_timeout_s)
    intake = Intake(connections, settings)
    threads = DatabaseThreads("web", settings.web_database_threads, settings.database_deadline_s)
    try:
        await _check_streams(connections, settings)
        apps = [StageApp(stage, settings) for stage in stages]
        services: list[mode.Service] = [LoopLag(), *apps]
        if apps:
            services.append(Trimming(settings, connections, threads))
            services.append(Watchdog(settings, threads))
            services.append(SegmentFits(settings))
            services.append(PrivacyJobs(settings, connections))
            services.append(Jobs(settings, connections, [app.running_stage for app in apps]))
        if with_relay:
            services.append(Relay(settings, connections))
        if with_web:
            # A worker that starts again after a crash shall not wait for what it does not use.
            from web.context import make_context
            from web.server import Web

            checks = tuple(app.trouble for app in apps)
            context = make_context(settings, intake, threads, connections, checks)
            services.append(Web(context))
        if last is not None:
            services.append(last(settings))
        # What the start made lives as long as the process: no collection need walk it again, which
        # would let the loop stand for tens of milliseconds.
        gc.collect()
        gc.freeze()
        await Worker(services, settings.grace_s).run()
    finally:
        await intake.close()
        threads.close()
        await connections.close()


async def _check_streams(connections: Connections, settings: Settings) -> None:
    """Refuse an unfit Redis and topics of another number of partitions; make the topics."""
    await require_server(connections)
    declared = Topics(connections, Keys(settings.redis_prefix))
    for topic in topics.ALL:
        await declared.declare(topic.name, settings.partitions, topic.groups)
