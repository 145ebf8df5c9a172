"""JSON Schemas (2020-12) as AsyncAPI's components: draft-07 keywords, and each definition once under its own name."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DROPPED = frozenset({"$schema", "$id", "$defs", "discriminator"})
"""Keywords with no meaning, or another one, in AsyncAPI."""


class Components:
    """The schemas of one document, by name. A definition that two messages share is written once."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}

    def add(self, name: str, schema: Schema) -> None:
        """Take in a message's schema with its definitions; one that differs from its namesake gets the owner's name."""
        definitions: dict[str, Schema] = schema.get("$defs", {})
        names = {part: part for part in definitions}
        while True:
            clashing = [
                part
                for part, known in names.items()
                if known in self.schemas and self.schemas[known] != translated(definitions[part], names)
            ]
            renamed = {part: f"{name}.{part}" for part in clashing if names[part] == part}
            if not renamed:
                break
            names |= renamed
        for part, known in names.items():
            self.schemas[known] = translated(definitions[part], names)
        self.schemas[name] = translated(schema, names)


def translated(schema: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - walks any JSON
    """The schema in AsyncAPI's dialect, its references pointing at components by these names."""
    if isinstance(schema, list):
        return [translated(item, names) for item in schema]
    if not isinstance(schema, dict):
        return schema
    fields: Schema = {
        key: {field: translated(part, names) for field, part in value.items()}
        if key == "properties"
        else translated(value, names)
        for key, value in schema.items()
        if key not in DROPPED
    }
    if "prefixItems" in fields:  # a tuple of fixed length
        fields["items"], fields["additionalItems"] = fields.pop("prefixItems"), False
    if "$ref" not in fields:
        return fields
    reference = {"$ref": f"#/components/schemas/{names[fields.pop('$ref').removeprefix('#/$defs/')]}"}
    return {"allOf": [reference], **fields} if fields else reference
