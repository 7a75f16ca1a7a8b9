"""The description of the API: valid, whole, and true."""

import re
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import ROUTERS
from tests.api.engines import ON_SQLITE
from tests.api.serving import Server

pytestmark = ON_SQLITE


def operations(server: Server) -> list[dict[str, Any]]:
    return [operation for found in server.description["paths"].values() for operation in found.values()]


def test_the_description_is_valid_openapi_3_1(server: Server) -> None:
    assert server.description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(server.description).validate()


def test_every_route_is_described(server: Server) -> None:
    served = {(method, route.path_format) for router in ROUTERS for route in router.routes for method in route.methods}  # type: ignore[attr-defined]
    described = {(method.upper(), path) for path, found in server.description["paths"].items() for method in found}
    assert described == served


def test_every_operation_has_a_name_a_tag_a_summary_and_its_problems(server: Server) -> None:
    names = [operation["operationId"] for operation in operations(server)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)
    known = {tag["name"] for tag in server.description["tags"]}
    for operation in operations(server):
        assert set(operation["tags"]) <= known
        assert operation["summary"]
        assert operation["description"]
        assert {"500", "413"} <= set(operation["responses"])


def test_every_operation_with_a_scope_asks_for_a_purpose(server: Server) -> None:
    for operation in operations(server):
        asked = operation.get("parameters", ())
        known = {"$ref": "#/components/parameters/Purpose"} in asked
        only = any(one.get("name") == "Processing-Purpose" for one in asked)
        assert [known, only].count(True) == int("x-scope" in operation)


def test_every_property_has_an_example(server: Server) -> None:
    without = [
        f"{name}.{field}"
        for name, schema in server.description["components"]["schemas"].items()
        for field, found in schema.get("properties", {}).items()
        if "examples" not in found and "$ref" not in str(found)
    ]
    assert without == []


def test_no_description_page_of_a_third_party_is_served(server: Server) -> None:
    assert {server.http.get(path).status_code for path in ("/docs", "/redoc", "/v1")} == {404}
