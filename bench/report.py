"""Figures as tables and pictures: ours, stock, the ratio, the budget, and whether it is kept."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import drawing
from bench.suite import CLIENTS, PAGES, RATE

NEAR = 5  # turns to each side of turn 10, 100 and 400
LONG = (10, 100, 400)


@dataclass(frozen=True)
class Row:
    """A line of the table. ``budget`` is the most that ours may be: of stock (a share), or by itself."""

    what: str
    unit: str
    ours: float | None = None
    stock: float | None = None
    most: float | None = None  # in the row's unit
    share: float | None = None  # of stock

    @property
    def ratio(self) -> float | None:
        """Ours as a share of stock."""
        return self.ours / self.stock if self.ours is not None and self.stock else None

    def met(self) -> str:
        """Whether each budget that there is is kept, "" where there is none or a figure is missing."""
        checks = []
        if self.most is not None and self.ours is not None:
            checks.append(self.ours <= self.most)
        if self.share is not None and self.ratio is not None:
            checks.append(self.ratio <= self.share)
        return ("yes" if all(checks) else "**no**") if checks else ""

    def line(self) -> str:
        """As a line of Markdown."""
        budget = ", ".join([
            *([f"≤ {_short(self.most)} {self.unit}".rstrip()] if self.most is not None else []),
            *([f"≤ {_short(self.share)} x stock"] if self.share is not None else []),
        ])
        shown = [f"{_short(value)} {self.unit}".rstrip() if value is not None else "-" for value in (self.ours, self.stock)]
        cells = [self.what, *shown, f"{_short(self.ratio)} x" if self.ratio else "-", budget or "-", self.met() or "-"]
        return f"| {' | '.join(cells)} |"


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


class Figures:
    """The figures of a run, the medians of its rounds."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.all = result["figures"]
        self.rounds = result["rounds"]

    def of(self, variant: str, step: str, *inside: str) -> float | None:
        """The median over the rounds of a step's figure; None where it was not measured."""
        found = []
        for number in range(1, self.rounds + 1):
            value: Any = self.all.get(f"{variant}/{number}/{step}")
            for key in inside:
                value = value.get(key) if value is not None else None
            if value is not None:
                found.append(value)
        return statistics.median(found) if found else None

    def turn(self, variant: str, number: int) -> float | None:
        """How long a turn around ``number`` of one conversation takes, in milliseconds."""
        near: list[float] = []
        for round_ in range(1, self.rounds + 1):
            each = self.all.get(f"{variant}/{round_}/conversation", {}).get("each", [])
            near += each[number - 1 - NEAR:number + NEAR] if len(each) >= number else []
        return statistics.median(near) if near else None

    def alone(self, step: str, *inside: str) -> Any:
        """A figure that is measured once a run."""
        value = self.all.get(step)
        for key in inside:
            value = value.get(key) if value is not None else None
        return value


def rows(result: dict[str, Any]) -> list[Row]:
    """Everything that is compared or held to a budget (design: Budgets)."""
    figures = Figures(result)

    def both(step: str, *inside: str) -> dict[str, float | None]:
        return {variant: figures.of(variant, step, *inside) for variant in ("ours", "stock")}

    def total(variant: str) -> float | None:
        parts = [figures.of(variant, "memory", name, "pss") for name in ("launcher", "rasa", "actions", "gateway")]
        return sum(part for part in parts if part is not None) or None

    found = [Row("start to first answer", "s", **both("start"), share=1 / 3)]
    found.append(Row("memory of Rasa, resident", "MB", **both("memory", "rasa", "rss"), share=1 / 2))
    found.append(Row("memory of Rasa, proportional", "MB", **both("memory", "rasa", "pss"), share=1 / 2))
    found += [Row(f"memory of the {name}, resident", "MB", **both("memory", of_it, "rss"))
              for name, of_it in (("action server", "actions"), ("gateway", "gateway"), ("launcher", "launcher"))]
    found.append(Row("memory of all processes, proportional", "MB", total("ours"), total("stock")))
    budgets: dict[tuple[int, str], dict[str, float]] = {(1, "p50"): {"most": 15, "share": 1 / 4}, (16, "p95"): {"share": 1 / 4}}
    for clients in CLIENTS:
        step, people = f"clients/{clients}", f"{clients} client{'s' if clients > 1 else ''}"
        for at in ("p50", "p95", "p99"):
            found.append(Row(f"a turn with an action, {people}, {at}", "ms", **both(step, at), **budgets.get((clients, at), {})))
        found.append(Row(f"turns a second, {people}", "", **both(step, "a_second")))
    for name, of_it in (("Rasa", "rasa"), ("the action server", "actions")):
        found.append(Row(f"processor time of {name} for a turn", "ms", **both("clients/1", "processor", of_it)))
    found += [Row(f"turn {number} of one conversation", "ms", figures.turn("ours", number), figures.turn("stock", number)) for number in LONG]
    found.append(Row("turn 400 against turn 10", "x", _times(figures, "ours"), _times(figures, "stock"), most=1.2))
    parses = {variant: figures.alone(f"parse/{variant}") for variant in ("ours", "stock")}
    found.append(Row("parse alone, p50", "ms", **{variant: statistics.median(each) for variant, each in parses.items() if each}))
    found.append(Row("a turn of a guided interview, p50", "ms", figures.of("ours", "interview", "p50"), most=25))
    found.append(Row("what the gateway adds to a turn", "ms", figures.of("ours", "gateway", "difference")))
    found.append(Row("processor time of the gateway for a turn", "ms", figures.of("ours", "through", "processor", "gateway")))
    found.append(Row("look-up in law.db for one answer", "ms", figures.alone("lookup", "provision"), most=1))
    found.append(Row("training", "s", figures.alone("training/ours", "seconds"), figures.alone("training/stock", "seconds"), most=180))
    found.append(Row("size of the model", "MB", figures.alone("training/ours", "size"), figures.alone("training/stock", "size")))
    for page in PAGES:
        for again, name in (("first", "whole"), ("again", "304")):
            found.append(Row(f"{page} at {RATE} requests/s, {name}, p99", "ms", figures.of("ours", f"page{page}/{again}", "p99"), most=20))
    floor = figures.alone("floor", "whole")
    found.append(Row("the physical floor of one answer", "ms", floor))
    whole = figures.of("ours", "clients/1", "p50")
    found.append(Row("a turn against the floor", "x", whole / floor if whole and floor else None))
    return [row for row in found if row.ours is not None or row.stock is not None]


def _times(figures: Figures, variant: str) -> float | None:
    first, last = figures.turn(variant, LONG[0]), figures.turn(variant, LONG[-1])
    return last / first if first and last else None


def table(result: dict[str, Any]) -> str:
    """The one table, with the machine above it and what has no column below."""
    on = result["machine"]
    lines = [
        f"{result['date']}, commit {result['commit']}, {result['rounds']} round(s); {on['processor']}, {on['cores']} cores, {on['memory']}, "
        f"Linux {on['kernel']}, Python {on['python']}, load before the run {on['load']}.", "",
        "| what | ours | stock | ours to stock | budget | kept |", "|---|---|---|---|---|---|", *(row.line() for row in rows(result)), "",
    ]
    figures = Figures(result)
    if (same := figures.alone("training/ours", "same")) is not None:
        lines.append(f"Trained again from nothing, the weights were {'equal' if same else '**not equal**'} to those of the model in use.")
    busy = [value["own_share"] for value in figures.all.values() if isinstance(value, dict) and "own_share" in value]
    if busy:
        lines.append(f"The load generator itself used at most {100 * max(busy):.0f} % of one core (median {100 * statistics.median(busy):.0f} %).")
    packed = {page: figures.alone(f"ours/1/page{page}/first") for page in PAGES}
    for page, sent in packed.items():
        if sent:
            lines.append(f"{page} is sent {'packed' if sent['packed'] else 'unpacked'}, {sent['bytes_sent'] / 1000:.1f} kB.")
    return "\n".join(lines) + "\n"


def where_tables(result: dict[str, Any]) -> str:
    """Where the time of a turn and of the start goes."""
    turn, start = result["figures"].get("where/turn"), result["figures"].get("where/start")
    lines: list[str] = []
    if turn:
        whole = sum(row["ms"] for row in turn)
        lines += ["| stage of one turn | process | ms | share | times |", "|---|---|---|---|---|"]
        lines += [f"| {row['stage']} | {row['process']} | {row['ms']:.2f} | {100 * row['ms'] / whole:.0f} % | {row['times']:.1f} |" for row in turn]
        lines += [f"| all, with the timers | | {whole:.2f} | 100 % | |", ""]
    if start:
        lines += ["| imports at the start of | s | modules | longest by themselves, s |", "|---|---|---|---|"]
        for name, of_it in start.items():
            longest = ", ".join(f"{package} {seconds:.2f}" for package, seconds in of_it["packages"].items())
            lines.append(f"| {name} | {of_it['seconds']:.2f} | {of_it['modules']:,} | {longest} |")
    return "\n".join(lines) + "\n"


def sheet(result: dict[str, Any]) -> str:
    """One run as a page of its own, for bench/results."""
    return f"# Measured {result['date']}, commit {result['commit']}\n\n{table(result)}\n## Where the time goes\n\n{where_tables(result)}"


def pictures(result: dict[str, Any]) -> dict[str, str]:
    """The two drawings, by file name."""
    figures = Figures(result)
    by_length = {variant: _by_length(figures, variant) for variant in ("ours", "stock")}
    by_load = {
        f"{variant}, {at}": [(float(clients), value) for clients in CLIENTS if (value := figures.of(variant, f"clients/{clients}", at)) is not None]
        for at in ("p50", "p95") for variant in ("ours", "stock")
    }
    return {
        "performance-length.svg": drawing.lines("One turn as a conversation grows", "turn of the conversation", "milliseconds", _drawn(by_length)),
        "performance-load.svg": drawing.lines("One turn as more people ask at once", "people at once", "milliseconds", _drawn(by_load)),
    }


def _drawn(series: dict[str, list[tuple[float, float]]]) -> dict[str, list[tuple[float, float]]]:
    return {name: line for name, line in series.items() if line}


def _by_length(figures: Figures, variant: str) -> list[tuple[float, float]]:
    numbers = [6, 10, 16, 25, 40, 63, 100, 160, 250, 398]
    return [(float(number), value) for number in numbers if (value := figures.turn(variant, number)) is not None]


def publish(result: dict[str, Any], docs: Path) -> None:
    """Write the tables between the markers of docs/performance.md, and the pictures beside it."""
    page = docs / "performance.md"
    text = page.read_text(encoding="utf-8")
    for name, block in (("table", table(result)), ("where", where_tables(result))):
        before, opens, rest = text.partition(f"<!-- {name} -->\n")
        _, closes, after = rest.partition(f"<!-- /{name} -->")
        if not (opens and closes):
            raise ValueError(f"{page} has no place for the {name}: <!-- {name} --> and <!-- /{name} -->")
        text = before + opens + block + closes + after
    page.write_text(text, encoding="utf-8")
    for file, drawn in pictures(result).items():
        (docs / file).write_text(drawn, encoding="utf-8")
