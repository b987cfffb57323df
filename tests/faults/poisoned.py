"""`timeflow`, with a usage stage in which some events do harm (`tests.faults.poison`)."""

from dataclasses import replace

import agents
from pipeline.stage import STAGES, discover
from tests.faults.poison import check, handle
from timeflow.cli import main

discover(agents)
STAGES["usage"] = replace(STAGES["usage"], check=check, handler=handle)
main()
