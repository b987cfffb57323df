"""A process that hosts both embedded servers on a directory until its stdin ends.

    python -m tests.services.embedded.host DIRECTORY

Prints one JSON line: the URLs and the servers' process ids.
"""

import json
import sys
from pathlib import Path

from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis

if __name__ == "__main__":
    root = Path(sys.argv[1])
    postgres = Postgres(root / "postgres")
    redis = Redis(root / "redis", maxmemory_bytes=64 * 2**20)
    urls = [postgres.start(), redis.start()]
    pids = [server.process.pid for server in (postgres, redis) if server.process is not None]
    sys.stdout.write(json.dumps({"urls": urls, "pids": pids}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    postgres.stop()
    redis.stop()
