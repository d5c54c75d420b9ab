"""A policy's source (TOML) read and checked, rule by rule. Knows nothing of keys and signatures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from beside.errors import PolicyRefused
from beside.policy.forms import MAX_COST, cost_of, fault_of_form
from beside.policy.selectors import fault_of
from beside.protocol import PolicyRule, SitePattern, SitePolicy

# What a file may say, by its name there, and what stands for what it leaves out; None: it must be said.
_OPTIONS: dict[str, Any] = {
    "site": None,
    "version": None,
    "private": False,
    "rules": [],
    "pause": [],
    "query_hosts": [],
    "frames": [],
    "exempt_echoes": [],
    "patterns": [],
}
Part = TypeVar("Part", SitePolicy, PolicyRule, SitePattern)
_RULE_OPTIONS = ("name", "pages", "show", "mask", "block")
_PATTERN_OPTIONS = ("name", "form")


def read_policy(source: str) -> SitePolicy:
    """The policy that a TOML text states, all that it leaves out filled in.

    Raises `PolicyRefused`: unknown option, wrong kind, bad selector or pattern, each with the rule's name.
    """
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PolicyRefused(f"The policy is not TOML: {error}.") from error
    _refuse_unknown(document, _OPTIONS, "The policy")
    for name, default in _OPTIONS.items():
        if default is None and name not in document:
            raise PolicyRefused(f"The policy does not say its {name}.")
    stated = {
        **_OPTIONS,
        **document,
        "rules": [_rule_of(rule, at) for at, rule in enumerate(_tables("rules", document), 1)],
        "patterns": [_pattern_of(pattern, at) for at, pattern in enumerate(_tables("patterns", document), 1)],
    }
    fields = {_on_the_wire(name): value for name, value in stated.items()}
    policy = _converted(msgspec.to_builtins(fields), SitePolicy, "The policy")
    check_policy(policy)
    return policy


def check_policy(policy: SitePolicy) -> None:
    """What its types do not say of a policy: selectors that hold together, rules with a name of their own that do
    something, patterns that are found in what they name and not in every word. Raises `PolicyRefused`."""
    _check_names("rule", [rule.name for rule in policy.rules])
    _check_names("pattern", [pattern.name for pattern in policy.patterns])
    for pattern in policy.patterns:
        fault = fault_of_form(pattern.form)
        if fault:
            raise PolicyRefused(f"The pattern '{pattern.name}' has a bad form: '{pattern.form}' {fault}.")
    _check_cost(policy.patterns)
    for rule in policy.rules:
        where = f"The rule '{rule.name}'"
        if not (rule.show or rule.mask or rule.block):
            raise PolicyRefused(f"{where} has no selector: give it show, mask or block.")
        if rule.pages is not None and not rule.pages:
            raise PolicyRefused(f"{where} has an empty list of pages: leave pages out, and it holds on all.")
        _check_selectors(where, (*rule.show, *rule.mask, *rule.block))
        _check_patterns(where, rule.pages or ())
    _check_selectors("The list frames", policy.frames)
    _check_selectors("The list exempt_echoes", policy.exempt_echoes)
    _check_patterns("The list pause", policy.pause)


def _check_cost(patterns: Iterable[SitePattern]) -> None:
    """More than the relay has time for would have it withhold long pages that hold no number at all."""
    costs = {pattern.name: cost_of(pattern.form) for pattern in patterns}
    total = sum(costs.values())
    if total > MAX_COST:
        dearest = max(costs, key=lambda name: costs[name])
        raise PolicyRefused(
            f"The patterns take too long to look for: they cost {total}, and {MAX_COST} is the most. '{dearest}' costs "
            f"{costs[dearest]}: begin it with a letter or digit of its own, or give it fewer dashes."
        )


def _check_names(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise PolicyRefused(f"The {kind} '{name}' is there twice: give each a name of its own.")
        seen.add(name)


def _tables(name: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    tables = document.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise PolicyRefused(f"The {name} of the policy are not tables: write each as [[{name}]].")
    return tables


def _rule_of(table: dict[str, Any], at: int) -> PolicyRule:
    name = table.get("name")
    where = f"The rule '{name}'" if name else f"Rule {at} of the policy"
    _refuse_unknown(table, _RULE_OPTIONS, where)
    if "name" not in table:
        raise PolicyRefused(f"{where} has no name.")
    return _converted({"pages": None, "show": [], "mask": [], "block": [], **table}, PolicyRule, where)


def _pattern_of(table: dict[str, Any], at: int) -> SitePattern:
    name = table.get("name")
    where = f"The pattern '{name}'" if name else f"Pattern {at} of the policy"
    _refuse_unknown(table, _PATTERN_OPTIONS, where)
    for option in _PATTERN_OPTIONS:
        if option not in table:
            raise PolicyRefused(f"{where} has no {option}.")
    return _converted(table, SitePattern, where)


def _on_the_wire(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _refuse_unknown(table: dict[str, Any], known: Iterable[str], where: str) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise PolicyRefused(f"{where} has an unknown option '{unknown[0]}'.")


def _converted(fields: dict[str, Any], kind: type[Part], where: str) -> Part:
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise PolicyRefused(f"{where} is not right: {error}.") from error


def _check_selectors(where: str, selectors: Iterable[str]) -> None:
    for selector in selectors:
        fault = fault_of(selector)
        if fault:
            raise PolicyRefused(f"{where} has a bad selector: '{selector}' {fault}.")


def _check_patterns(where: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        if "***" in pattern:
            raise PolicyRefused(f"{where} has a bad pattern: '{pattern}' has three stars; * is a segment, ** anything.")
