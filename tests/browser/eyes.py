"""What a tester sees of a page besides what the story is about."""

import os
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page

ROOT = Path(__file__).parents[2]
_AXE = ROOT / "client/node_modules/axe-core/axe.min.js"
_SHOTS = Path(os.environ.get("SCREENSHOTS", ROOT / "screenshots"))


class Eyes:
    """A page, and what went wrong on it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        #: Parts of messages that the story itself provokes: "the server responded with ... 412".
        self.expected: list[str] = []
        self._errors: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._errors.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(f"{message.text} ({message.location.get('url')})")

    def saw_no_errors(self) -> None:
        """Nothing in the console but what was expected."""
        bad = [e for e in self._errors if not any(known in e for known in self.expected)]
        assert not bad, bad

    def find_no_barriers(self) -> None:
        """axe-core finds nothing that keeps people with other abilities out."""
        self.page.evaluate(_AXE.read_text())
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        barriers = [
            f"{each['id']}: {each['help']}: {[n['html'][:200] for n in each['nodes'][:5]]}"
            for each in found["violations"]
        ]
        assert not barriers, "\n".join(barriers)

    def take_shot(self, subject: str) -> None:
        """Into `$SCREENSHOTS`, to be looked at by people."""
        _SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=_SHOTS / f"{subject}-{self.name}.png")
