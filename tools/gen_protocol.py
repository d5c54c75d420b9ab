"""Writes `js-snippet/src/wire/protocol.gen.ts` from the structs of `beside.protocol` and `beside.bodies`.

`--check` exits 1 when the file is not what would be written. Types go to both browser sides; the schemas below them
feed `decode.ts`, so that a browser refuses exactly what the relay refuses.
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
NAMED = ("Verdict", "Reason", "FieldKind", "Validity", "Grant", "SessionState", "PauseReason", "EndReason")
# What each side decodes at run time, and so needs as a schema and not only as a type.
SNIPPET_DECODES = (
    "ActDelivery",
    "ShopperWelcome",
    "KeyframeWanted",
    "SessionView",
    "Refusal",
    "Tripped",
    "Problem",
    "ConsentOffer",
    "Waiting",
    "AskedCode",
    "Allowed",
)
CONSOLE_DECODES = (
    "Keyframe",
    "Mutation",
    "ChunkHeader",
    "AgentWelcome",
    "SheetText",
    "SessionView",
    "Blank",
    "ActOutcome",
    "Refusal",
)


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


def strip(schema: Any) -> Any:
    """A schema without its prose."""
    if isinstance(schema, dict):
        return {k: strip(v) for k, v in schema.items() if k not in ("title", "description") or not isinstance(v, str)}
    if isinstance(schema, list):
        return [strip(v) for v in schema]
    return schema


def closure(name: str, components: dict[str, Any], into: dict[str, Any]) -> None:
    if name in into:
        return
    into[name] = strip(components[name])
    for ref in sorted({part.split('"')[0] for part in json.dumps(components[name]).split("#/$defs/")[1:]}):
        closure(ref, components, into)


def schema_of(names: tuple[str, ...], components: dict[str, Any]) -> str:
    defs: dict[str, Any] = {}
    for name in names:
        closure(name, components, defs)
    return json.dumps(defs, separators=(",", ":")).replace("#/$defs/", "")


def generate() -> str:
    classes = structs(protocol) + structs(bodies)
    _, components = msgspec.json.schema_components(classes)
    out = [
        "// Generated from server/beside/protocol.py and bodies.py by `make protocol`. Do not edit.",
        "",
        f"export const PROTOCOL_VERSION = {protocol.PROTOCOL_VERSION};",
        f"export const MAX_HINT_CHARS = {protocol.MAX_HINT_CHARS};",
        f"export const MAX_NODES = {protocol.MAX_NODES};",
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
    for const, names in (("SNIPPET_SCHEMA", SNIPPET_DECODES), ("CONSOLE_SCHEMA", CONSOLE_DECODES)):
        out.append(f"export const {const}: Record<string, unknown> = /* @__PURE__ */ JSON.parse(")
        out.append(f"  {json.dumps(schema_of(names, components))},")
        out.append(");")
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
