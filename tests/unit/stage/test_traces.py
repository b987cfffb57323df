"""A traceback as text is what Python prints, but for the marks."""

import traceback
from collections.abc import Callable

import pytest

from pipeline.traces import trace_of


def _raises() -> None:
    raise ValueError("deep")


def _from_another() -> None:
    try:
        _raises()
    except ValueError as error:
        raise KeyError("outer") from error


def _while_handling() -> None:
    try:
        _raises()
    except ValueError:
        raise KeyError("outer")  # noqa: B904 - the implicit context is what is tested


def _without_context() -> None:
    try:
        _raises()
    except ValueError:
        raise KeyError("outer") from None


def _in_a_circle() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    raise first


@pytest.mark.parametrize(
    "fail", [_raises, _from_another, _while_handling, _without_context, _in_a_circle]
)
def test_it_is_what_python_prints_but_for_the_marks(fail: Callable[[], None]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        fail()
    printed = "".join(traceback.format_exception(caught.value)).splitlines()
    unmarked = [line for line in printed if line.strip(" ^~") or not line]
    assert trace_of(caught.value).splitlines() == unmarked


def test_an_error_that_was_never_raised_has_no_stack() -> None:
    assert trace_of(ValueError("new")) == "ValueError: new\n"


def test_two_errors_of_one_place_are_told_apart() -> None:
    told = []
    for message in ("alpha", "beta"):
        try:
            raise ValueError(message)
        except ValueError as error:
            told.append(trace_of(error))
    assert told[0].replace("alpha", "beta") == told[1]
