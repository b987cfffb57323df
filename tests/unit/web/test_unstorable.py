"""Rules of what JSON can say and not all of the way can keep."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.unstorable import MOST_LEVELS, is_too_deep, nul_path

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("a\0", ""),
        ({"a": ["x", {"b": "\0"}]}, "a[1].b"),
        ({"a": {"\0": 1}}, "a"),
        ({"a": "\\u0000"}, None),
        ({"a": "x"}, None),
    ],
)
def test_nul_is_found_where_it_stands(value: Any, path: str | None) -> None:
    assert nul_path(json.dumps(value).encode()) == path


@given(VALUES)
def test_nul_is_found_if_and_only_if_it_is_there(value: Any) -> None:
    assert (nul_path(json.dumps(value).encode()) is not None) == ("\0" in repr_of(value))


def repr_of(value: Any) -> str:
    """All texts and keys, joined."""
    if isinstance(value, dict):
        return "".join(key + repr_of(inner) for key, inner in value.items())
    if isinstance(value, list):
        return "".join(map(repr_of, value))
    return value if isinstance(value, str) else ""


def test_brackets_in_texts_are_no_levels() -> None:
    assert not is_too_deep(json.dumps({"a": '["\\' * 1000}).encode())
    assert not is_too_deep(json.dumps([[], {}] * 1000).encode())


@pytest.mark.parametrize(("levels", "too_deep"), [(MOST_LEVELS, False), (MOST_LEVELS + 1, True)])
def test_levels_are_counted(levels: int, too_deep: bool) -> None:
    assert is_too_deep(b"[" * levels + b"]" * levels) is too_deep
