"""The demo, as `timeflow up --demo` starts it."""

import re

from tests.instance import WebInstance, wait_until


class Demo(WebInstance):
    """The demo's server; it knows what its people log in with."""

    password = ""

    def wait_for_people(self) -> None:
        """Wait until their logins are printed."""
        found = wait_until(
            lambda: re.search(r"all with the password (\S+)", self.log.read_text()),
            what="the logins of the demo",
        )
        self.password = found[1]
