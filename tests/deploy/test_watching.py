"""Alerts and dashboard speak of what the relay really exposes: names, labels, codes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from beside import metrics
from beside.settings import Settings
from tests.deploy.deployment import Deployment
from tests.deploy.rendering import text_of

SOURCES = Path(metrics.__file__).parent
# What Prometheus itself adds to each target.
OF_PROMETHEUS = {"up"}
LABELS_OF_PROMETHEUS = {"job", "instance"}
# PromQL's own words, as far as we use them.
WORDS = {"and", "or", "unless", "by", "offset", "sum", "rate", "increase", "absent", "vector"}

_MATCHER = re.compile(r"\{([^}]*)\}")
_BY = re.compile(r"\bby \(([\w, ]+)\)")


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(text_of("alerts.yml"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text_of("grafana.json"))["panels"]
    return found


def of_alerts() -> list[str]:
    return [rule["expr"] for rule in rules()]


def of_panels() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def metrics_in(expression: str) -> set[str]:
    """The names of metrics in a PromQL expression: what is left of it without all else that has letters."""
    bare = _BY.sub(" ", _MATCHER.sub(" ", re.sub(r"\[[^\]]*\]|offset \w+", " ", expression)))
    return set(re.findall(r"(?<![\w.])[a-z_]\w*", bare)) - WORDS


def labels_in(expression: str) -> Iterator[tuple[str, str]]:
    """Each metric with a label that the expression asks of it, or sums by."""
    for name, matchers in re.findall(r"(\w+)\{([^}]*)\}", expression):
        for label in re.findall(r"(\w+)=", matchers):
            yield name, label
    for labels, inner in re.findall(r"\bby \(([\w, ]+)\) \((.*?)(?:\bor\b|$)", expression):
        for name in metrics_in(inner):
            for label in labels.split(", "):
                yield name, label


@pytest.fixture(scope="module")
def exposed(deployment: Deployment) -> dict[str, str]:
    """name -> kind, of a worker that runs."""
    return dict(re.findall(r"^# TYPE (\w+) (\w+)$", deployment.metrics(0), re.M))


def label_of(name: str) -> str:
    """The label that a metric has beside those of Prometheus; empty where it has none."""
    for counter in metrics.COUNTERS:
        if counter.name == name:
            shown = copy.deepcopy(counter)
            shown.add(label="x")
            found = re.search(r"\{(\w+)=", shown.lines()[-1])
            return found[1] if found else ""
    return "state" if name == "beside_sessions" else ""


@pytest.mark.parametrize("expression", of_alerts() + of_panels())
def test_expression_names_metrics_and_labels_that_there_are(expression: str, exposed: dict[str, str]) -> None:
    names = metrics_in(expression)

    assert names
    assert names - OF_PROMETHEUS <= set(exposed)
    for name, label in labels_in(expression):
        assert label in LABELS_OF_PROMETHEUS | {label_of(name)}
    for name in names - OF_PROMETHEUS:
        # A counter is only looked at by how it grows, a gauge by what it is.
        grows = re.search(rf"(?:rate|increase)\({name}\b", expression) is not None
        assert grows is (exposed[name] == "counter")


@pytest.mark.parametrize("expression", of_alerts() + of_panels())
def test_expression_asks_for_codes_and_states_that_the_relay_says(expression: str) -> None:
    said = "\n".join(source.read_text("utf-8") for source in SOURCES.rglob("*.py"))

    for value in re.findall(r'(?:code|state)="([^"]*)"', expression):
        assert f'"{value}"' in said


def test_dashboard_shows_every_metric_that_there_is(exposed: dict[str, str]) -> None:
    shown = {name for expression in of_panels() for name in metrics_in(expression)}

    assert shown - OF_PROMETHEUS == set(exposed)


def test_dashboards_panels_have_each_a_place_of_its_own() -> None:
    cells = [
        (column, row)
        for panel in panels()
        for place in [panel["gridPos"]]
        for column in range(place["x"], place["x"] + place["w"])
        for row in range(place["y"], place["y"] + place["h"])
    ]

    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert len(set(cells)) == len(cells)
    assert max(column for column, _ in cells) < 24


def test_alerts_say_what_to_do_and_are_of_one_name_each() -> None:
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "warn")
        assert set(rule["annotations"]) == {"summary", "description"}
    assert len({rule["alert"] for rule in rules()}) == len(rules())


def test_alert_of_nearly_full_workers_knows_how_many_sockets_they_hold() -> None:
    most = Settings.max_sockets
    (rule,) = [rule for rule in rules() if rule["alert"] == "BesideNearlyFull"]

    assert rule["expr"] == f"beside_sockets > {most * 4 // 5}"
    assert f"of {most}" in rule["annotations"]["summary"]


def test_reader_of_expressions_sees_a_name_that_is_not_there() -> None:
    """This reader is the test: what it passes over, nobody looks for."""
    expression = 'sum by (code, x) (increase(a_total{code="b", y=~"c"}[5m])) > 5 or d unless e offset 1h and f + 1.5e9'

    assert metrics_in(expression) == {"a_total", "d", "e", "f"}
    assert set(labels_in(expression)) == {("a_total", "code"), ("a_total", "y"), ("a_total", "x")}
