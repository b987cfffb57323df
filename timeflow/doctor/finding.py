"""What a check found: a verdict, a sentence of it, and what to do."""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

Verdict = Literal["ok", "warning", "wrong"]

#: Signs that an error of PostgreSQL's library quotes the URL.
_QUOTING = ("@", "dsn", "invalid")
_BY_WEIGHT: tuple[Verdict, ...] = ("ok", "warning", "wrong")


class Finding(msgspec.Struct, frozen=True):
    """`advice` is empty when all is well."""

    verdict: Verdict
    found: str
    advice: str = ""


def ok(found: str) -> Finding:
    """As it should be."""
    return Finding("ok", found)


def warning(found: str, advice: str) -> Finding:
    """It works, but not as well or as safely as it could."""
    return Finding("warning", found, advice)


def wrong(found: str, advice: str) -> Finding:
    """It does not work, or soon will not."""
    return Finding("wrong", found, advice)


def not_made(why: str, advice: str) -> Finding:
    """A check of something that cannot be asked."""
    return Finding("warning", f"Not checked: {why}.", advice)


def together(findings: Iterable[Finding], else_ok: str) -> Finding:
    """One for all that was found, as bad as the worst of them."""
    troubles = [finding for finding in findings if finding.verdict != "ok"]
    if not troubles:
        return ok(else_ok)
    return Finding(
        max((finding.verdict for finding in troubles), key=_BY_WEIGHT.index),
        " ".join(finding.found for finding in troubles),
        " ".join(dict.fromkeys(finding.advice for finding in troubles)),
    )


def asked(look: Callable[[], Finding], errors: tuple[type[Exception], ...]) -> Finding:
    """What `look` found, or why it found nothing."""
    try:
        return look()
    except errors as error:
        return wrong(
            f"The server does not tell: {reason(error)}.",
            "See that it answers, and that the role or user of the URL may ask this.",
        )


def reason(error: Exception, url: str = "") -> str:
    """The first line of `error`, unless it may quote a password out of `url`.

    A character that is not encoded makes the password's rest a host or a port, which errors name.
    """
    line = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    if url and (
        isinstance(error, ValueError)
        or url.count("@") > 1
        or any(sign in line for sign in _QUOTING)
    ):
        return "its URL cannot be read (an @ or / in a password is written as %40 or %2F)"
    return line
