"""The Lua scripts beside this file, each run by its hash."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files

#: The server refuses the script when it is out of memory.
INTAKE = "#!lua\n"
#: Membership, fences, positions and the stages' own appends go on when memory is full, so that
#: consumers can always drain.
INTERNAL = "#!lua flags=allow-oom\n"


@dataclass(frozen=True)
class Script:
    """A script's text and the name the server knows it by."""

    source: str = field(repr=False)
    sha: str

    def command(
        self, keys: Sequence[str], arguments: Sequence[bytes | str | int]
    ) -> list[bytes | str | int]:
        """The command that runs it."""
        return ["EVALSHA", self.sha, len(keys), *keys, *arguments]


def load(name: str, shebang: str = INTERNAL, prelude: str = "") -> Script:
    """The script of the file `name`.lua, after what it shares with others."""
    here = files(__package__)
    texts = [here.joinpath(f"{part}.lua").read_text() for part in (prelude, name) if part]
    source = shebang + "".join(texts)
    return Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())
