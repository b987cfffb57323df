"""What TimeFlow refuses to start with: one clear line and exit code 2, never a traceback."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click

EXIT_CODE = 2


class Refused(click.ClickException):
    """The line, and the exit code."""

    exit_code = EXIT_CODE

    def show(self, file: object = None) -> None:
        """Print the one line."""
        click.echo(f"timeflow: {self.message}", err=True)


@contextmanager
def told() -> Iterator[None]:
    """Turn what the operator has to mend into its line."""
    # Here, so that a person's commands, which refuse too, need not wait for all of TimeFlow.
    import peewee

    from models.migrate import NewerDatabase
    from pipeline.data_directory import UnfitDataDirectory
    from pipeline.embedded.process import ServerFailed
    from pipeline.embedded.programs import NoProgram
    from pipeline.redis_streams.errors import PartitionCountChanged, UnfitRedis
    from pipeline.settings import BadSetting
    from web.server import AddressTaken

    try:
        yield
    except NewerDatabase as error:
        raise Refused(f"the database is of a newer version of TimeFlow: it has {error}") from None
    except (
        BadSetting,
        UnfitDataDirectory,
        NoProgram,
        ServerFailed,
        UnfitRedis,
        PartitionCountChanged,
        AddressTaken,
    ) as error:
        raise Refused(str(error)) from None
    except peewee.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(f"the database cannot be used: {reason}") from None


def require_free_port(host: str, port: int) -> None:
    """Refuse an address somebody listens on, or that is not ours, before anything is started."""
    try:
        with socket.create_server((host, port)):
            return
    except socket.gaierror:
        raise Refused(f"the host {host!r} is unknown") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(f"port {port} of {host} is in use: choose another --port") from None
        raise Refused(f"port {port} of {host} cannot be used: {error.strerror}") from None
