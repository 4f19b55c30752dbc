"""What a person reads, and what a program reads, of the results."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.measure import ACCEPTED_LOSS, PACE, Plan, Result
from benchmarks.targets import judged
from benchmarks.workloads import Workload

OURS: Final = "guardian"
COLUMNS: Final[tuple[str, ...]] = (
    *("server", "µs/query", "spread", "× floor", "guardian is"),
    *("q/s", "busy", "p50 µs", "p99 µs", "PSS MB"),
)

Results = Mapping[tuple[str, str], Result]


def indexed(results: Iterable[Result]) -> dict[tuple[str, str], Result]:
    return {(result.workload, result.server): result for result in results}


def ratio(results: Results, workload: str, one: str, other: str) -> float | None:
    """The CPU per query of one server as a multiple of another's; None where one has none."""
    first, second = results.get((workload, one)), results.get((workload, other))
    if first is None or second is None or not first.runs or not second.runs or not second.cpu:
        return None
    return first.cpu / second.cpu


def block(workload: Workload, results: Results) -> str:
    """The table of one workload, servers in the order they were measured."""
    rows = [COLUMNS]
    notes = []
    for result in (each for each in results.values() if each.workload == workload.name):
        if result.problem or not result.runs:
            notes.append(f"  {result.server}: {result.problem or 'not measured'}")
            continue
        rows.append(_row(workload, result, results))
        if result.failed > ACCEPTED_LOSS:
            notes.append(f"  {result.server}: {result.failed:.2%} of a run lost or failed")
    return "\n".join([f"{workload.name}: {workload.title}", *aligned(rows), *notes])


def _row(workload: Workload, result: Result, results: Results) -> tuple[str, ...]:
    to_floor = ratio(results, workload.name, result.server, workload.floor)
    ours = ratio(results, workload.name, OURS, result.server) if result.server != OURS else None
    return (
        result.server,
        f"{result.cpu:.1f}",
        f"± {result.spread:.0%}",
        f"{to_floor:.2f}" if to_floor else "",
        f"{ours:.2f} ×" if ours else "",
        f"{result.rate:,.0f}",
        f"{result.busy:.0%}",
        f"{result.p50:,.0f}",
        f"{result.p99:,.0f}",
        " + ".join(f"{size:.1f}" for size in result.memory.values()),
    )


def aligned(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Lines with the first `left` columns to the left and figures to the right."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if number < left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def verdicts(results: Results) -> str:
    """guardian against what it promised; empty where nothing can be said."""
    rows = [
        (
            "held" if each.held else "MISSED",
            f"{each.target.workload}: {each.ratio:.2f} × {each.target.other}",
            f"at most {each.target.limit:g}",
        )
        for each in judged(results)
    ]
    return "\n".join(["targets, CPU per query", *aligned(rows, left=3)]) if rows else ""


LEGEND: Final = f"""\
µs/query     CPU time of the server's processes for each answer, user and system; the median run
spread       half the distance between the dearest and the cheapest run
× floor      against a C program that only echoes packets (miss: relays them to the upstream)
guardian is  guardian's µs/query against this server's
busy         the server's share of its core; well below 100 % the load, not the server, set the q/s
p50, p99     latency at {PACE:,} q/s
PSS          memory after the runs; guardian: resolver + control"""


def as_json(results: Results, plan: Plan, versions: Mapping[str, str]) -> dict[str, object]:
    """Everything that was measured, every run of it; docs/benchmarks.md describes the shape."""
    return head(plan, versions) | {
        "results": [_entry(result, results) for result in results.values()],
        "targets": [
            asdict(each.target) | {"ratio": round(each.ratio, 3), "held": each.held}
            for each in judged(results)
        ],
    }


def head(plan: Plan, versions: Mapping[str, str]) -> dict[str, object]:
    """When, where and how it was measured."""
    return {
        "format": 1,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "plan": asdict(plan) | {"latency_rate": PACE},
        "versions": dict(versions),
    }


def _entry(result: Result, results: Results) -> dict[str, object]:
    entry: dict[str, object] = {"server": result.server, "workload": result.workload}
    if result.problem or not result.runs:
        return entry | {"problem": result.problem or "not measured"}
    others = {each.server for each in results.values() if each.workload == result.workload}
    ratios = {
        other: round(found, 3)
        for other in sorted(others - {result.server})
        if (found := ratio(results, result.workload, result.server, other)) is not None
    }
    return entry | {
        "cpu_us": round(result.cpu, 3),
        "cpu_spread": round(result.spread, 4),
        "queries_per_second": round(result.rate),
        "busy": round(result.busy, 3),
        "p50_us": round(result.p50, 1),
        "p99_us": round(result.p99, 1),
        "pss_mb": {part: round(size, 2) for part, size in result.memory.items()},
        "failed": round(result.failed, 6),
        "cpu_ratio_to": ratios,
        "runs": [asdict(run) for run in result.runs],
    }


def machine() -> dict[str, str]:
    return {
        "processor": _processor(Path("/proc/cpuinfo").read_text()),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def _processor(cpuinfo: str) -> str:
    for line in cpuinfo.splitlines():
        title, _, value = line.partition(":")
        if title.strip() in ("model name", "Model", "Hardware"):
            return value.strip()
    return platform.machine()
