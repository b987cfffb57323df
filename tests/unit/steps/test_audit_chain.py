"""Rules of the seal: it covers every field, the order and the key."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.audit_chain import Entry, person, seal

ENTRY = Entry(1, 2, "who", "login", "dlq.replay", "", "subject", "request", "{}")
texts = st.text(max_size=20)


@given(st.builds(Entry, st.integers(1, 9), st.integers(1, 9), *[texts] * 7))
def test_no_other_entry_has_the_same_seal(
    fields: tuple[int, int, str, str, str, str, str, str, str],
) -> None:
    other = Entry(*fields)
    assert (seal("key", b"", other) == seal("key", b"", ENTRY)) == (other == ENTRY)


@pytest.mark.parametrize(("pepper", "previous"), [("other", b"before"), ("key", b"else")])
def test_the_seal_depends_on_the_key_and_on_the_entry_before(pepper: str, previous: bytes) -> None:
    assert seal(pepper, previous, ENTRY) != seal("key", b"before", ENTRY)


def test_a_person_is_called_the_same_everywhere_and_never_by_their_id() -> None:
    ada, eve = uuid4(), uuid4()
    assert person("key", ada) == person("key", ada) != person("key", eve)
    assert ada.hex not in person("key", ada)
    assert person("key", None) == ""
