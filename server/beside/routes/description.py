"""`/api/openapi.json`: the doors as OpenAPI 3.1 describes them, made of what stands beside each. Knows no door by name.

Left out are pages, pictures, static files, metrics and the socket, and what is the same at every address: HEAD, what a
browser asks before it asks across origins, and `wrong-method`. https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from beside import __version__
from beside.bodies import Problem
from beside.problems import status_of_code
from beside.routes.door import NAMES, Door, Operation
from beside.routes.tags import is_known

# It changes with an update alone; what it was before is told for an hour at most.
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    # It is the same at every relay of a version, so any page may read it.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# First part of an address -> its tag and what that is.
_TAGS = {
    "api": ("REST", "For a helpdesk's back end, with an API key."),
    "join": ("join", "For the snippet in a shop's page. Changes with the protocol's version."),
    "launch": ("launch", "For the page that a launch link opens. Changes with the protocol's version."),
    "s": ("console", "For a session's console. Changes with the protocol's version."),
    "policy": ("policy", "For whoever checks a shop's signed policy."),
    "healthz": ("health", "For those who run the relay."),
    "readyz": ("health", "For those who run the relay."),
}
_RETRY_AFTER = {"description": "Seconds after which to ask again.", "schema": {"type": "integer", "minimum": 1}}

Described = dict[str, Any]


def description_routes(doors: Iterable[Door]) -> list[Door]:
    """The door that describes `doors` and itself."""

    async def show(request: Request) -> Response:
        if is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type="application/json")

    operation = Operation(name="describe", does="This description.", gives=(dict[str, Any],), has_tag=True)
    door = Door("GET", "/api/openapi.json", show, operation)
    content = msgspec.json.encode(describe([*doors, door]))
    headers = {**_HEADERS, "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    return [door]


def describe(doors: Iterable[Door]) -> Described:
    """An OpenAPI 3.1 document of these doors."""
    doors = list(doors)
    schemas, components = _schemas(doors)
    keys = {door.operation.key.name: door.operation.key for door in doors if door.operation.key}
    paths: dict[str, Described] = {}
    for door in doors:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door, schemas)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Beside",
            "version": __version__,
            "description": "The relay's HTTP doors. What is 4xx or 503 has a problem as its body, with a stable code.",
        },
        # Beside this document.
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in dict(_TAGS.values()).items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {name: dict(key.scheme) for name, key in keys.items()},
        },
    }


def _schemas(doors: Iterable[Door]) -> tuple[Mapping[Any, Described], Described]:
    """The schema of each type that the doors speak of, and the structs that these refer to."""
    bodies = [kind for door in doors for kind in (door.operation.takes, *door.operation.gives) if kind is not None]
    kinds = list(dict.fromkeys([Problem, *bodies, *NAMES.values()]))
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return dict(zip(kinds, schemas, strict=True)), components


def _operation(door: Door, schemas: Mapping[Any, Described]) -> Described:
    operation = door.operation
    described: Described = {
        "operationId": operation.name,
        "summary": operation.does,
        "tags": [_TAGS[door.path.split("/")[1]][0]],
        "parameters": _parameters(door, schemas),
        "responses": {**_answers(operation, schemas), **_refusals(door, schemas)},
        "security": [{operation.key.name: []}] if operation.key else [],
    }
    if operation.takes is not None:
        body = {"application/json": {"schema": schemas[operation.takes]}}
        described["requestBody"] = {"required": True, "content": body}
    return described


def _parameters(door: Door, schemas: Mapping[Any, Described]) -> list[Described]:
    names = re.findall(r"{(\w+)}", door.path)
    parameters: list[Described] = [
        {"name": name, "in": "path", "required": True, "schema": schemas[NAMES[name]]} for name in names
    ]
    if door.operation.origin is not None:
        # Browsers send it by themselves.
        origin = {"description": door.operation.origin, "schema": {"type": "string"}}
        parameters.append({"name": "Origin", "in": "header", "required": True, **origin})
    return parameters


def _answers(operation: Operation, schemas: Mapping[Any, Described]) -> Described:
    answer: Described = {"description": HTTPStatus(operation.status).phrase}
    if operation.gives:
        kinds = [schemas[kind] for kind in operation.gives]
        schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        answer["content"] = {operation.media_type: {"schema": schema}}
    answers = {str(operation.status): answer}
    if operation.has_tag:
        answers["304"] = {"description": HTTPStatus(304).phrase}
    return answers


def _refusals(door: Door, schemas: Mapping[Any, Described]) -> Described:
    codes: dict[int, list[str]] = {}
    for code in door.refusals:
        codes.setdefault(status_of_code(code), []).append(code)
    return {str(status): _refusal(status, codes[status], schemas[Problem]) for status in sorted(codes)}


def _refusal(status: int, codes: list[str], a_problem: Described) -> Described:
    refusal: Described = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {"application/json": {"schema": a_problem}},
        # Not in the schema: generators make a type of each, which a later version's code would break.
        "x-codes": codes,
    }
    if status in (429, 503):
        refusal["headers"] = {"Retry-After": _RETRY_AFTER}
    return refusal
