"""The dashboard and the alerts: every metric in them exists, and every alert says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot import paths
from bot.law.content import read_yaml
from bot.reply import ReplyKind
from gateway.operations.doors import Doors
from gateway.operations.grouped import DAY
from gateway.operations.metrics import Metrics
from gateway.operations.turn import CHANNELS, OUTCOMES, Turn, Turns

DEPLOY = paths.ROOT / "deploy"
ALERTS, DASHBOARD = DEPLOY / "prometheus" / "alerts.yml", DEPLOY / "grafana" / "charter-oak.json"
_NAME = re.compile(r"\b(charter_oak_\w+|process_\w+|up)\b")
_LABELS = re.compile(r"\b(charter_oak_\w+|process_\w+|up)\{([^}]*)\}")


def expressions() -> list[str]:
    """Every query of the alerts and of the dashboard."""
    rules = [rule["expr"] for group in read_yaml(ALERTS)["groups"] for rule in group["rules"]]
    return rules + [target["expr"] for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"] for target in panel["targets"]]


@pytest.fixture(scope="module")
def scraped() -> dict[str, list[dict[str, str]]]:
    """What a gateway shows on the day after it was used: each metric's name with the labels that it has."""
    now = [20_000.0 * DAY]
    doors = Doors()
    metrics = Metrics(5, doors, lambda: now[0])
    metrics.watch(Turns(doors))
    for person in range(5):
        for kind in ReplyKind.__args__:  # type: ignore[attr-defined]
            metrics.add(Turn("web", 0.0, lambda turn: None, kind=kind, lang="en", topic="vacatur_how", who=bytes([person]), noted=True))
    for error in ("too_many", "not_twilio", "status_401"):
        metrics.add(Turn("web", 0.0, lambda turn: None, outcome="refused", part="gateway", error=error, noted=True))
    for part in ("rasa", "redis", "optouts"):
        metrics.seen(part, True)
    now[0] += DAY
    metrics.close_the_day()
    found: dict[str, list[dict[str, str]]] = {"up": [{"job": "charter-oak"}]}
    for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append({**sample.labels, "job": "charter-oak"})
    return found


def test_every_metric_that_is_asked_for_exists(scraped: dict[str, list[dict[str, str]]]) -> None:
    asked = {name for expression in expressions() for name in _NAME.findall(expression)}
    assert len(asked) > 10
    assert asked - scraped.keys() == set()


def test_every_label_that_is_asked_for_can_have_that_value(scraped: dict[str, list[dict[str, str]]]) -> None:
    for expression in expressions():
        for metric, matchers in _LABELS.findall(expression):
            for label, sign, value in re.findall(r'(\w+)(=~?)"([^"]*)"', matchers):
                for wanted in value.split("|") if sign == "=~" else [value]:
                    assert any(labels.get(label) == wanted for labels in scraped[metric]), (expression, label, wanted)
    assert {labels["outcome"] for labels in scraped["charter_oak_turns_total"]} == set(OUTCOMES)
    assert {labels["channel"] for labels in scraped["charter_oak_turns_total"]} == set(CHANNELS.values())


def test_every_metric_of_ours_is_explained_to_operators(scraped: dict[str, list[dict[str, str]]]) -> None:
    page = (paths.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in scraped if name.startswith("charter_oak_")}
    assert [name for name in sorted(ours) if f"`{name}`" not in page] == []


def test_every_alert_says_what_it_is_and_what_to_do() -> None:
    rules = [rule for group in read_yaml(ALERTS)["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 10
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".") and rule["annotations"]["action"].endswith(".")
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "1m"))


def test_the_dashboard_is_laid_out_without_overlaps_and_explains_each_panel() -> None:
    dashboard: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    cells: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        own = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not own & cells and max(x for x, _ in own) < 24, panel["title"]
        cells |= own
        assert panel["description"].endswith(".") and panel["targets"], panel["title"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    assert dashboard["templating"]["list"][0]["name"] == "source" and dashboard["uid"] and dashboard["schemaVersion"]


def test_promtool_takes_the_rules_and_the_configuration() -> None:
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("no promtool here (Debian: prometheus)")
    for command in (("check", "rules", str(ALERTS)), ("check", "config", str(DEPLOY / "prometheus" / "prometheus.yml"))):
        ended = subprocess.run([promtool, *command], capture_output=True, text=True, check=False, timeout=60)
        assert ended.returncode == 0, ended.stdout + ended.stderr
