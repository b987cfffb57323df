"""Instants as the code has them, integer microseconds since 1970, and as `timestamptz`: exact."""


def to_us(column: str) -> str:
    """SQL that reads an instant as microseconds."""
    return f"(extract(epoch FROM {column}) * 1000000)::bigint"


def from_us(expression: str) -> str:
    """SQL that makes an instant of microseconds."""
    return f"(timestamptz 'epoch' + {expression} * interval '1 microsecond')"
