"""An example of any type of the API, for the document: made from the type, so it always fits."""

from typing import Any

from msgspec import inspect

from web.example_values import BY_NAME, DAY, ID, INSTANT

_PLAIN: dict[type[inspect.Type], Any] = {
    inspect.AnyType: {},
    inspect.BoolType: False,
    inspect.DateTimeType: INSTANT,
    inspect.DateType: DAY,
    inspect.FloatType: 5400.0,
    inspect.IntType: 3,
    inspect.RawType: {},
    inspect.StrType: "text",
    inspect.UUIDType: ID,
}


def example_of(kind: Any, name: str = "") -> Any:
    """A JSON value of this type; `name` is that of the field or parameter it stands in."""
    return _example(inspect.type_info(kind), name)


def _example(kind: inspect.Type, name: str) -> Any:
    if isinstance(kind, inspect.Metadata):
        given = _given(kind)
        return given[0] if given else _example(kind.type, name)
    if isinstance(kind, inspect.StructType):
        return _struct(kind)
    if isinstance(kind, inspect.UnionType):
        return _union(kind, name)
    if _fits(kind, BY_NAME.get(name)):
        return BY_NAME[name]
    return _several(kind, name) or _plain(kind)


def _several(kind: inspect.Type, name: str) -> Any:
    if isinstance(kind, inspect.DictType):
        return {_key(kind.key_type): _example(kind.value_type, "")}
    if isinstance(kind, inspect.CollectionType):
        return [_example(kind.item_type, name.removesuffix("s"))] * (kind.min_length or 1)
    if isinstance(kind, inspect.TupleType):
        return [_example(one, "") for one in kind.item_types]
    return None


def _struct(kind: inspect.StructType) -> dict[str, Any]:
    fields = {field.encode_name: _example(field.type, field.encode_name) for field in kind.fields}
    given: dict[str, Any] = getattr(kind.cls, "__example__", {})
    tag = {kind.tag_field: kind.tag} if kind.tag_field else {}
    return {name: value for name, value in (tag | fields | given).items() if value is not ...}


def _union(kind: inspect.UnionType, name: str) -> Any:
    some = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    usually_none = kind.includes_none and BY_NAME.get(name, ...) is None
    return None if usually_none and not _given(some[0]) else _example(some[0], name)


def _given(kind: inspect.Type) -> list[Any]:
    """Examples that stand at the type itself."""
    extra = kind.extra_json_schema if isinstance(kind, inspect.Metadata) else None
    return list((extra or {}).get("examples", ()))


def _fits(kind: inspect.Type, value: Any) -> bool:
    """Whether a value of the table is of the type: a name may stand for a list of them."""
    if isinstance(kind, inspect.StrType):
        return isinstance(value, str)
    if isinstance(kind, (inspect.IntType, inspect.FloatType)):
        return isinstance(value, (int, float))
    if isinstance(kind, inspect.LiteralType):
        return value in kind.values
    if isinstance(kind, (inspect.DateTimeType, inspect.DateType)):
        is_instant = isinstance(value, str) and "T" in value
        return isinstance(value, str) and is_instant == isinstance(kind, inspect.DateTimeType)
    return isinstance(kind, inspect.CollectionType) and isinstance(value, list)


def _key(kind: inspect.Type) -> str:
    return ID if isinstance(kind, inspect.UUIDType) else "coding"


def _plain(kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.IntType) and kind.ge is not None:
        return kind.ge
    return _PLAIN[type(kind)]
