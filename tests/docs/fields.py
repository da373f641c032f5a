#!/usr/bin/env python3
"""Makes docs/estate-fields.md from schemas/estate.json, or says how the two differ.

fields.py PROJECT [--write]
"""

import json
import pathlib
import sys

HEAD = """# Every field of an estate

Made from [`schemas/estate.json`](../schemas/estate.json) by `tests/docs/fields.py . --write`; a test keeps it so. The
same fields stand under `estate:` in a scenario, without `cmksim-estate`. All are optional but those marked *required*.
What the fields mean for a replay is in [semantics](semantics.md), an example of nearly all of them in
[the scenario language](scenario-language.md).
"""

# What a definition is called in the column of values, where its name says more than its form.
KINDS = {
    "text": "text", "boolean": "true, false", "instant": "instant", "duration": "duration",
    "address": "IPv4 address", "addressBlock": "IPv4 address or block", "vaultName": "name", "keyName": "name",
    "freeName": "name", "versionName": "name", "permission": "permission", "role": "role",
    "tagValue": "text",
}
SECTIONS = {"vault": "a-vault", "key": "a-key", "identity": "an-identity", "resource": "a-resource"}

NOTES = """## Values

- An **instant** is {instant}.
- A **duration** is {duration}.
- An **IPv4 block** is {addressBlock}.
- A vault's **name** has 3 to 24 letters, digits and hyphens, a key's 1 to 127, a version's 1 to 32 letters and digits;
  other names have no `/` and no `:`.
- A **permission** is one of {permission}, in any case of letters.
- A **role** is one of {role}.
"""


class Page:
    def __init__(self, schema):
        self.schema = schema
        self.defs = schema["$defs"]
        self.rows = []
        self.parts = [HEAD]

    def resolve(self, schema):
        """The schema behind references, with the description that stands nearest."""
        name = None
        while isinstance(schema, dict) and "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            behind = self.defs[name]
            said = schema.get("description", behind.get("description", ""))
            schema = {**behind, "description": said} if said else behind
        return name, schema

    def without_null(self, schema):
        if "anyOf" in schema:
            rest = [one for one in schema["anyOf"] if one != {"type": "null"}]
            if len(rest) == 1 and len(schema["anyOf"]) == 2:
                return {**rest[0], **{k: v for k, v in schema.items() if k == "description"}}
        return schema

    def kind(self, schema):
        """What may stand there, in a few words."""
        schema = self.without_null(schema)
        name, schema = self.resolve(schema)
        if name in KINDS:
            return KINDS[name]
        if "const" in schema:
            return f"`{schema['const']}`"
        if "enum" in schema:
            return ", ".join(dict.fromkeys(f"`{str(word).lower() if isinstance(word, bool) else word}`"
                                           for word in schema["enum"]))
        if "anyOf" in schema:
            words = [one for one in schema["anyOf"] if "enum" in one]
            if words and all("enum" in one or "pattern" in one for one in schema["anyOf"]):
                return self.kind(words[0]) + ", in any case"
            return " or ".join(dict.fromkeys(self.kind(one) for one in schema["anyOf"]))
        if "if" in schema and "then" in schema and "type" not in schema:
            return "name or mapping" if schema["if"].get("type") == "object" else self.kind(schema["then"])
        types = schema.get("type")
        types = types if isinstance(types, list) else [types]
        if "array" in types:
            one = self.kind(schema["items"])
            return "list of " + {"mapping": "mappings", KINDS["addressBlock"]: "IPv4 addresses and blocks"}.get(
                one, f"{one}s")
        if "integer" in types:
            return f"{schema['minimum']} to {schema['maximum']}"
        if "object" in types:
            if isinstance(schema.get("additionalProperties"), dict):
                name, _ = self.resolve(schema["additionalProperties"])
                one = self.kind(schema["additionalProperties"])
                return (f"by name: [{name}](#{SECTIONS[name]})" if name in SECTIONS else
                        f"by name: {one}")
            return "mapping"
        if types == ["string"] and "pattern" in schema:
            return "text"
        raise ValueError(f"no words for {schema}")

    def rows_of(self, prefix, schema):
        """The rows of a mapping's fields; of mappings in it, right behind, under their path."""
        for field, value in schema["properties"].items():
            required = ", *required*" if field in schema.get("required", []) else ""
            _, whole = self.resolve(self.without_null(value))
            if "description" not in whole and "description" not in value:
                raise ValueError(f"the schema does not say what '{prefix}{field}' means")
            self.rows.append(f"| `{prefix}{field}` | {self.kind(value)}{required} | "
                             f"{value.get('description', whole.get('description', ''))} |")
            inner, path = whole, f"{prefix}{field}."
            if "items" in inner:
                _, inner = self.resolve(inner["items"])
                path = f"{prefix}{field}[]."
            elif isinstance(inner.get("additionalProperties"), dict):
                _, inner = self.resolve(inner["additionalProperties"])
                path = f"{prefix}{field}.*name*." if "properties" in inner else path
            if "properties" in inner and field not in ("vaults", "identities", "resources", "keys"):
                self.rows_of(path, inner)
            elif field == "keys" and prefix == "":
                if "enabled" not in inner.get("properties", {}):
                    self.rows_of(path, inner)

    def table(self, title, text, prefix, schema):
        self.rows = []
        self.rows_of(prefix, schema)
        rows = [row.replace("`" + prefix, "`") for row in self.rows] if prefix else self.rows
        rows = [row.replace(".*name*.", ".NAME.") for row in rows]
        self.parts.append(f"## {title}\n\n{text}\n\n| field | value | meaning |\n| --- | --- | --- |\n" +
                          "\n".join(rows) + "\n")

    def services(self):
        """What resources of one service have besides, and which states."""
        rows = []
        for one in self.defs["resource"]["allOf"]:
            service = one["if"]["properties"]["service"]["const"]
            fields = one["then"]["properties"]
            if service == "unmodelled":
                continue
            own = [f"`{name}`: {self.kind(value)}" for name, value in fields.items()
                   if name != "state" and isinstance(value, dict)]
            rows.append(f"| `{service}` | {self.kind(fields['state'])} | {'; '.join(own) or 'none'} |")
        self.parts.append("### By service\n\n| service | states | fields that only it has |\n| --- | --- | --- |\n" +
                          "\n".join(rows) + "\n")

    def unmodelled(self):
        then = next(one["then"] for one in self.defs["resource"]["allOf"]
                    if one["if"]["properties"]["service"]["const"] == "unmodelled")
        general = [name for name, value in then["properties"].items() if value is True]
        own = {name: value for name, value in then["properties"].items() if isinstance(value, dict)}
        self.table("A resource without a model",
                   "`service: unmodelled` is for what the program has no model of. It has " +
                   ", ".join(f"`{name}`" for name in general) + " as above, and", "",
                   {"properties": own, "required": [name for name in then["required"] if name in own]})

    def text(self):
        resource = self.defs["resource"]
        self.table("The file", "At the top of an estate file:", "", self.schema)
        self.table("A vault", "Under `vaults`, by its name:", "", self.defs["vault"])
        self.table("A key", "Under `keys` of a vault, by its name. One without `versions` has a single one, with the "
                   "three attributes:", "", self.defs["key"])
        self.table("An identity", "Under `identities`, by its name:", "", self.defs["identity"])
        self.table("A resource", "Under `resources`, by a name of your choice:", "", resource)
        self.services()
        self.unmodelled()
        said = {name: self.defs[name]["description"] for name in ("instant", "duration", "addressBlock")}
        words = {"permission": ", ".join(f"`{word}`" for word in self.defs["permission"]["anyOf"][0]["enum"]),
                 "role": ", ".join(f"`{word}`" for word in self.defs["role"]["enum"])}
        self.parts.append(NOTES.format(**said, **words))
        return "\n".join(self.parts)


def main():
    project = pathlib.Path(sys.argv[1])
    page = project / "docs" / "estate-fields.md"
    made = Page(json.loads((project / "schemas" / "estate.json").read_text())).text()
    if sys.argv[2:] == ["--write"]:
        page.write_text(made)
    elif page.read_text() != made:
        print(f"FAILED: {page} is not what schemas/estate.json says; tests/docs/fields.py . --write makes it anew")
        sys.exit(1)


main()
