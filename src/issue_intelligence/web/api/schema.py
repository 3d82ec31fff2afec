"""Describes bodies for OpenAPI."""

from typing import Any

from pydantic import BaseModel


def schema_of(body: type[BaseModel]) -> dict[str, Any]:
    """Describe a body for OpenAPI, with what it refers to in its own place."""
    schema = body.model_json_schema()
    parts = schema.pop("$defs", {})

    def inlined(node: Any) -> Any:
        if isinstance(node, dict):
            reference = node.get("$ref", "")
            if reference:
                return inlined(parts[reference.rpartition("/")[2]])
            return {key: inlined(value) for key, value in node.items()}
        return [inlined(item) for item in node] if isinstance(node, list) else node

    return {"required": True, "content": {"application/json": {"schema": inlined(schema)}}}
