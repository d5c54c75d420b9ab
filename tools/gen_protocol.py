"""Writes `js-snippet/src/wire/protocol.gen.ts` from the structs of `beside.protocol` and `beside.bodies`.

`--check` exits 1 when the file is not what would be written. Each struct becomes a type and a check made of what
`decode.ts` offers, so that a browser refuses exactly what the relay refuses; a bundle holds the checks that it uses.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from beside import bodies, protocol

TARGET = Path(__file__).parent.parent / "js-snippet/src/wire/protocol.gen.ts"
UNIONS = {
    "Entry": protocol.Entry,
    "Css": protocol.Css,
    "Change": protocol.Change,
    "Frame": protocol.Frame,
    "Act": protocol.Act,
}
NAMED = ("Verdict", "Reason", "FieldKind", "Validity", "Grant", "SessionState", "PauseReason", "EndReason", "RuleKind")
# The forms that a string may have, and their names in TypeScript: one object serves them all.
PATTERNS = {
    r"^[A-Za-z0-9_-]+(?!\n)$": "NAME",
    r"^[A-Za-z0-9-]+(?!\n)$": "LOCALE",
    r"^[0-9 ]+(?!\n)$": "DIGITS",
    r"^[0-9a-f]{16}(?!\n)$": "HASH",
    r"^[0-9a-f]{64}(?!\n)$": "SHA256",
    r"^(?:[a-z0-9][a-z0-9-]{0,38}[a-z0-9]|[a-z0-9])(?!\n)$": "SITE",
    r"^\/[^?#\x00-\x20]*(?!\n)$": "PATHS",
    r"^[a-z0-9.-]+(?::[0-9]{1,5})?(?!\n)$": "HOST",
    r"^data:image\/(?:webp|png|jpeg);base64,[A-Za-z0-9+\/]+={0,2}(?!\n)$": "BITMAP",
}
# What `decode.ts` offers.
CHECKS = ["anyOf", "flag", "list", "map", "number", "oneOf", "orNull", "record", "tagged", "text", "tuple", "whole"]
# What `whole` takes for the largest where nothing is said.
LARGEST = 2**31 - 1
# Of so many options each is tried in turn.
MAX_TRIED = 4


def structs(module: Any) -> list[type[msgspec.Struct]]:
    return [
        c
        for _, c in inspect.getmembers(module, inspect.isclass)
        if issubclass(c, msgspec.Struct)
        and f"{c.__module__}.".startswith(f"{module.__name__}.")
        and c not in (protocol.Tuple, protocol.Record)
    ]


def ts(schema: dict[str, Any]) -> str:
    """A JSON schema, as msgspec writes it, as a TypeScript type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(ts(s) for s in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(v) for v in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    match schema.get("type"):
        case "integer" | "number":
            return "number"
        case "string":
            return "string"
        case "boolean":
            return "boolean"
        case "null":
            return "null"
        case "array" if "prefixItems" in schema:
            return "[" + ", ".join(ts(s) for s in schema["prefixItems"]) + "]"
        case "array":
            inner = ts(schema["items"])
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case "object" if "properties" in schema:
            return "{ " + "; ".join(f"{k}: {ts(v)}" for k, v in schema["properties"].items()) + " }"
        case "object":
            return f"Record<string, {ts(schema['additionalProperties'])}>"
    raise ValueError(f"no TypeScript for {schema}")


def tuple_type(cls: type[msgspec.Struct], schema: dict[str, Any]) -> str:
    names = ["tag", *cls.__struct_encode_fields__]
    return "[" + ", ".join(f"{n}: {ts(s)}" for n, s in zip(names, schema["prefixItems"], strict=True)) + "]"


# The words of a JSON schema that `check` reads, by type. Another one must not be passed over in silence.
WORDS = {
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum", "exclusiveMinimum"},
    "string": {"minLength", "maxLength", "pattern"},
    "boolean": set(),
    "array": {"prefixItems", "items", "minItems", "maxItems"},
    "object": {"properties", "required", "additionalProperties", "propertyNames", "maxProperties"},
}


def call(name: str, *values: Any) -> str:
    """A call in TypeScript. What is None takes the function's default."""
    given = list(values)
    while given and given[-1] is None:
        given.pop()
    return f"{name}({', '.join('undefined' if value is None else str(value) for value in given)})"


def check(schema: dict[str, Any]) -> str:
    """A JSON schema, as msgspec writes it, as a check of `decode.ts`."""
    if "$ref" in schema:
        return "is" + ts(schema)
    if "anyOf" in schema:
        return check_union(schema["anyOf"])
    if "enum" in schema:
        return call("oneOf", *(json.dumps(value) for value in schema["enum"]))
    strangers = schema.keys() - WORDS[schema["type"]] - {"type", "title", "description"}
    if strangers:
        raise ValueError(f"no check for {strangers} in {schema}")
    match schema["type"]:
        case "integer":
            most = schema["maximum"]
            return call("whole", schema["minimum"], None if most == LARGEST else most)
        case "number":
            return call("number", schema.get("minimum"), schema.get("maximum"), schema.get("exclusiveMinimum"))
        case "string":
            pattern = schema.get("pattern")
            return call("text", schema.get("maxLength"), schema.get("minLength"), pattern and PATTERNS[pattern])
        case "boolean":
            return "flag"
        case "array" if "prefixItems" in schema:
            return call("tuple", *map(check, schema["prefixItems"]))
        case "array":
            return call("list", check(schema["items"]), schema.get("minItems"), schema.get("maxItems"))
        case "object" if "properties" in schema:
            # Nothing on the wire may be left out, and nothing may come on top.
            assert set(schema["required"]) == set(schema["properties"])
            assert schema["additionalProperties"] is False
            return "record({ " + ", ".join(f"{k}: {check(v)}" for k, v in schema["properties"].items()) + " })"
        case _:
            name = check({"type": "string", **schema["propertyNames"]})
            return call("map", name, check(schema["additionalProperties"]), schema.get("maxProperties"))


def check_union(options: list[dict[str, Any]]) -> str:
    if all("$ref" in option for option in options) and len(options) > MAX_TRIED:
        # The tag decides at once: a snapshot holds an entry a node.
        tags = [getattr(protocol, ts(option)).__struct_config__.tag for option in options]
        return "tagged({ " + ", ".join(f"{tag}: {check(o)}" for tag, o in zip(tags, options, strict=True)) + " })"
    values = [json.dumps(value) for option in options for value in option.get("enum", ())]
    values += ["null" for option in options if option.get("type") == "null"]
    others = [check(option) for option in options if "enum" not in option and option.get("type") != "null"]
    if values == ["null"] and others:
        return call("orNull", others[0] if len(others) == 1 else call("anyOf", *others))
    made = [*([call("oneOf", *values)] if values else []), *others]
    return made[0] if len(made) == 1 else call("anyOf", *made)


def ordered(components: dict[str, Any]) -> list[str]:
    """The names so that each stands after those that it is made of. The wire has no message that holds its like."""
    placed: dict[str, None] = {}

    def place(name: str) -> None:
        for part in sorted({part.split('"')[0] for part in json.dumps(components[name]).split("#/$defs/")[1:]}):
            place(part)
        placed.setdefault(name)

    for name in sorted(components):
        place(name)
    return list(placed)


def generate() -> str:
    classes = structs(protocol) + structs(bodies)
    _, components = msgspec.json.schema_components(classes)
    out = [
        "// Generated from server/beside/protocol.py and bodies.py by `make protocol`. Do not edit.",
        "",
        f'import {{ {", ".join(CHECKS)} }} from "./decode.ts";',
        "",
        f"export const PROTOCOL_VERSION = {protocol.PROTOCOL_VERSION};",
        f"export const MAX_HINT_CHARS = {protocol.MAX_HINT_CHARS};",
        f"export const MAX_NODES = {protocol.MAX_NODES};",
        f"export const MAX_SHOWN_FRAMES = {protocol.MAX_SHOWN_FRAMES};",
        "",
    ]
    for name in NAMED:
        (schema,), _ = msgspec.json.schema_components([getattr(protocol, name)])
        out.append(f"export type {name} = {ts(schema)};")
    out.append("")
    for cls in classes:
        schema = components[cls.__name__]
        if cls.__doc__ and not cls.__doc__.startswith(cls.__name__ + "("):
            out.append("/** " + " ".join(cls.__doc__.split()) + " */")
        if "prefixItems" in schema:
            out.append(f"export type {cls.__name__} = {tuple_type(cls, schema)};")
        else:
            out.append(f"export interface {cls.__name__} {{")
            out.extend(f"  {k}: {ts(v)};" for k, v in schema["properties"].items())
            out.append("}")
        out.append("")
    for name, union in UNIONS.items():
        (schema,), _ = msgspec.json.schema_components([union])
        out.append(f"export type {name} = {ts(schema)};")
    out.append("")
    out.extend(f"const {name} = /{pattern}/u;" for pattern, name in PATTERNS.items())
    for name in ordered(components):
        made = check(components[name])
        made = made.replace("record(", f"record<{name}>(", 1).replace("tuple(", f"tuple<{name}>(", 1)
        # Nothing runs but what a bundle uses: a bundler drops a pure call whole, its arguments only one by one.
        out.append(f"export const is{name} = /* @__PURE__ */ (() => {made})();")
    return "\n".join(out) + "\n"


def main() -> int:
    text = generate()
    if "--check" in sys.argv:
        if TARGET.read_text(encoding="utf-8") != text:
            print(f"{TARGET.name} is not what beside.protocol says; run `make protocol`.", file=sys.stderr)
            return 1
        return 0
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
