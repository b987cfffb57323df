"""The commands of an operator: over the API, with a key that has the scope `ops`."""

from timeflow.operator.audit import audit
from timeflow.operator.erasures import erasures
from timeflow.operator.jobs import jobs
from timeflow.operator.letters import dlq
from timeflow.operator.rebuild import rebuild
from timeflow.operator.stages import pause, release, resume, stages
from timeflow.operator.streams import streams

COMMANDS = (dlq, streams, stages, pause, resume, release, rebuild, jobs, audit, erasures)
