"""Examples for the description of the API, put together from the example that every property of every shape has."""

from typing import Any

from api.problem_types import ProblemType

Part = dict[str, Any]
_ROOT = "#/components/schemas/"


def add_examples(described: Part) -> None:
    """Give every body and every answer in the description its example."""
    schemas = described["components"]["schemas"]
    for operation in (operation for found in described["paths"].values() for operation in found.values()):
        for place in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media_type, content in place.get("content", {}).items():
                if not media_type.startswith("text/") and not {"example", "examples"} & set(content):
                    content["example"] = example_of(content["schema"], schemas)


def problem_example(told: ProblemType) -> Part:
    """Return what a problem of this type looks like."""
    return {
        "summary": told.title_en,
        "value": {
            "type": f"http://127.0.0.1:8000/problems/{told.name}",
            "title": told.title_en,
            "status": told.status,
            "detail": told.title_en,
            "instance": "urn:uuid:7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10",
            "code": told.name,
            "message": told.title_en,
            "errors": [{"code": told.name, "text": told.title_en, "properties": []}],
        },
    }


def example_of(schema: Part, schemas: Part) -> Any:  # noqa: ANN401 - JSON
    """Return an example of what a schema describes: the one it gives, or one made of its parts'."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_ROOT)], schemas)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example_of(schema[choice][0], schemas)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _composed(schema, schemas)


def _composed(schema: Part, schemas: Part) -> Any:  # noqa: ANN401 - JSON
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    return {name: example_of(found, schemas) for name, found in schema.get("properties", {}).items()}
