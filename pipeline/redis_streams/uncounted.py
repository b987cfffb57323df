"""In place of Faust's lists of acknowledged offsets."""

from faust.types import TP


class _Nothing:
    """A list and a set that keep nothing."""

    def __contains__(self, offset: int) -> bool:
        return False

    def add(self, offset: int) -> None:
        """Keep nothing."""

    append = add


class Uncounted:
    """Faust's streams write down every acknowledged offset here, some of them in compiled code.

    The messages count themselves (`EntryMessage`), so the lists would only grow.
    """

    _nothing = _Nothing()

    def __getitem__(self, tp: TP) -> _Nothing:
        return self._nothing

    def pop(self, tp: TP, default: None = None) -> None:
        """There is nothing to forget."""
