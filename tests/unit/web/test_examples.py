"""Every example of the document is one: it has the type it is an example of."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec import Meta

from web.api import ROUTES
from web.examples import example_of
from web.openapi import document

DOCUMENT = document(ROUTES, "1")


class Thing(msgspec.Struct):
    """Of all sorts."""

    title: str
    color: str
    odd: Annotated[int, Meta(ge=7, examples=[9])]
    kind: Literal["a", "b"]
    deleted_at: str | None
    project_id: UUID | None


def bodies() -> list[tuple[str, Any, Any]]:
    """(where, schema, example) of every body and parameter in the document."""
    found: list[tuple[str, Any, Any]] = []
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            for parameter in operation["parameters"]:
                # Where a page begins there is no cursor.
                if parameter["name"] != "cursor":
                    found.append((where, parameter["schema"], parameter.get("example", ...)))
            answers = [operation.get("requestBody", {}), *operation["responses"].values()]
            for answer in answers:
                for media, content in answer.get("content", {}).items():
                    # The document itself has no schema here.
                    if media.endswith("json") and content["schema"]:
                        found.append((where, content["schema"], content.get("example", ...)))
    return found


@pytest.mark.parametrize(
    ("where", "schema", "example"), bodies(), ids=lambda value: str(value)[:40]
)
def test_every_body_and_parameter_has_an_example_that_fits(
    where: str, schema: Any, example: Any
) -> None:
    assert example is not ..., where
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(example)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_the_api_can_read_the_example_of_a_body(route: Any) -> None:
    if route.accepts:
        msgspec.json.decode(msgspec.json.encode(example_of(route.accepts)), type=route.accepts)


def test_an_example_is_made_of_what_the_type_and_the_names_say() -> None:
    thing = example_of(Thing)
    assert thing["title"] == "Write the report"
    assert thing["odd"] == 9
    assert thing["kind"] == "a"
    assert thing["deleted_at"] is None
    assert msgspec.convert(thing, Thing).color.startswith("#")
