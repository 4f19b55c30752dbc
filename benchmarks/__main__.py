"""`python -m benchmarks`: choose servers and workloads, measure, print, write."""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import (
    alone,
    lists,
    load,
    overload,
    pages,
    policy,
    reloading,
    report,
    storage,
    streams,
    transfers,
    upstream,
)
from benchmarks.measure import Plan, Result, bench
from benchmarks.processes import SYSTEM_PATH
from benchmarks.servers import SERVERS, NotStartedError, Server
from benchmarks.servers.guardian import Guardian
from benchmarks.workloads import WORKLOADS, Workload

HERE: Final = Path(__file__).parent
NEEDED: Final = (upstream.PROGRAM, load.PROGRAM, "taskset", "setpriv")
QUICK: Final = ("echo", "relay", "guardian", "dnsdist")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m benchmarks", description="guardian's speed and memory beside its peers'"
    )
    made.add_argument("--quick", action="store_true", help="guardian, dnsdist, floors: a minute")
    made.add_argument(
        "--server", action="append", choices=[kind.name for kind in SERVERS], help="only this one"
    )
    made.add_argument(
        "--workload",
        action="append",
        choices=[workload.name for workload in WORKLOADS],
        help="only this one",
    )
    made.add_argument(
        "--memory",
        action="store_true",
        help="guardian alone instead: memory, start, compiling 1 M names, latency in a reload",
    )
    made.add_argument(
        "--reload", action="store_true", help="only what askers feel while 1 M names are compiled"
    )
    made.add_argument(
        "--policy", action="store_true", help="the policy alone: a city and a school, their changes"
    )
    made.add_argument(
        "--pages", action="store_true", help="the pages of 100 people with a million rows"
    )
    made.add_argument(
        "--storage", action="store_true", help="what 100 busy people have written to the disk"
    )
    made.add_argument(
        "--transfer", action="store_true", help="a change in a zone of 1 M names, until in force"
    )
    made.add_argument(
        "--streams",
        action="store_true",
        help="TCP, TLS, HTTPS beside dnsdist, and idle connections",
    )
    made.add_argument(
        "--overload",
        action="store_true",
        help="three times what can be looked up, and a silent upstream (--seconds 60 for long)",
    )
    made.add_argument(
        "--lists", action="store_true", help="loading 200 k, 1 M and 5 M names, beside the peers"
    )
    made.add_argument("--seconds", type=float, metavar="N", help="length of a run (4; quick: 1)")
    made.add_argument("--runs", type=int, metavar="N", help="runs of each (5; quick: 2)")
    made.add_argument("--json", type=Path, metavar="FILE", help="default: a file in results/")
    return made


def planned(options: argparse.Namespace) -> Plan:
    """The plan that the options mean, on the cores that this process may use."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        print("One core only: server and load share it, so q/s and latency say little.\n")
    seconds = options.seconds or (1.0 if options.quick else 4.0)
    return Plan(
        seconds=seconds,
        runs=options.runs or (2 if options.quick else 5),
        latency_seconds=min(seconds, 1.0) if options.quick else max(seconds, 3.0),
        warm_seconds=0.3 if options.quick else 1.0,
        server_core=cores[0],
        load_core=cores[-1],
    )


def chosen_servers(options: argparse.Namespace) -> list[type[Server]]:
    """The servers asked for that can run here; of the others it is said why they cannot."""
    names = options.server or (QUICK if options.quick else [kind.name for kind in SERVERS])
    able = []
    for kind in (kind for kind in SERVERS if kind.name in names):
        if why := kind.missing():
            print(f"Without {kind.name}: {why}.")
        else:
            able.append(kind)
    return able


def compare(
    servers: Sequence[type[Server]], workloads: Sequence[Workload], folder: Path, plan: Plan
) -> list[Result]:
    """Measure, and print each workload's table as soon as it is there."""
    results: list[Result] = []
    with bench(folder, plan) as site:
        for workload in workloads:
            contest = [kind for kind in servers if kind.filters or kind.name == workload.floor]
            results += site.measure(contest, workload)
            print(report.block(workload, report.indexed(results)), end="\n\n", flush=True)
    return results


def write(document: dict[str, object], path: Path | None) -> Path:
    """The results as JSON, in a file named by its minute unless told otherwise."""
    if path is None:
        path = HERE / "results" / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
        path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n")
    return path


def compared_part(
    options: argparse.Namespace, folder: Path, plan: Plan
) -> dict[str, object] | None:
    """The servers side by side, printed and as JSON; None where there is none to measure."""
    servers = chosen_servers(options)
    workloads = [one for one in WORKLOADS if one.name in (options.workload or one.name)]
    if not servers:
        return None
    results = report.indexed(compare(servers, workloads, folder, plan))
    if said := report.verdicts(results):
        print(said, end="\n\n")
    print(report.LEGEND, end="\n\n")
    versions = {kind.name: kind.version() for kind in servers}
    return report.as_json(results, plan, versions)


def alone_part(options: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """guardian alone, printed and as JSON; None where it cannot run."""
    if is_lacking(Guardian.missing()):
        return None
    with bench(folder, plan) as site:
        figures, problems = ([], []) if options.reload else alone.measure(site)
        try:
            figures += reloading.measure(site)
        except (NotStartedError, load.LoadError) as problem:
            problems.append(str(problem))
    return told(plan, figures, problems)


def policy_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """The policy by itself, printed and as JSON."""
    return told(plan, policy.measure(folder, plan))


def pages_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """The pages of a large household, printed and as JSON."""
    each, figures = pages.measure(folder, plan)
    print(pages.table(each), end="\n\n")
    return told(plan, figures) | {"pages": pages.as_json(each)}


def storage_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """What is written to the disk, printed and as JSON."""
    return told(plan, storage.measure(folder, plan))


def transfer_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """A zone that changes at its primary, printed and as JSON; None where it cannot run."""
    if is_lacking(Guardian.missing() or transfers.missing()):
        return None
    with bench(folder, plan) as site:
        figures = transfers.measure(site)
    return told(plan, figures)


def lists_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """What long lists cost, printed and as JSON."""
    with bench(folder, plan) as site:
        found = lists.measure(site)
    print(lists.table(found), end="\n\n")
    versions = {kind.name: kind.version() for kind in lists.PEERS}
    versions[Guardian.name] = Guardian.version()
    return report.head(plan, versions) | {"lists": lists.as_json(found), "problems": []}


def streams_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """Queries over streams, printed and as JSON; None where it cannot run."""
    if is_lacking(Guardian.missing()):
        return None
    with bench(folder, plan) as site:
        costs, figures = streams.measure(site)
    print(streams.table(costs), end="\n\n")
    kinds = (streams.StreamGuardian, streams.StreamDnsdist)
    return told(plan, figures, kinds=kinds) | {"streams": streams.as_json(costs)}


def overload_part(_: argparse.Namespace, folder: Path, plan: Plan) -> dict[str, object] | None:
    """More than can be answered, printed and as JSON; None where it cannot run."""
    if is_lacking(Guardian.missing()):
        return None
    with bench(folder, plan) as site:
        figures, problems = overload.measure(site)
    return told(plan, figures, problems, (overload.CrowdedGuardian, overload.CrowdedDnsdist))


def is_lacking(why: str) -> bool:
    """Whether nothing can be measured, which is said. why: "" where something can."""
    if why:
        print(f"Nothing to measure: {why}.")
    return bool(why)


def told(
    plan: Plan,
    figures: Sequence[alone.Figure],
    problems: Sequence[str] = (),
    kinds: Sequence[type[Server]] = (Guardian,),
) -> dict[str, object]:
    """Figures that stand by themselves, printed and as JSON. kinds: who was measured."""
    print(alone.table(figures, problems), end="\n\n")
    return report.head(plan, {kind.name: kind.version() for kind in kinds}) | {
        "alone": alone.as_json(figures),
        "problems": list(problems),
    }


PARTS: Final = {
    "memory": alone_part, "reload": alone_part, "policy": policy_part, "pages": pages_part,
    "storage": storage_part, "transfer": transfer_part, "lists": lists_part,
    "streams": streams_part, "overload": overload_part,
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """0 measured; 1 something needed is missing; 130 interrupted."""
    options = parser().parse_args(argv)
    if lacking := [name for name in NEEDED if shutil.which(name, path=SYSTEM_PATH) is None]:
        packages = " ".join((HERE / "packages.txt").read_text().split())
        print(f"Missing: {', '.join(lacking)}. Install with: apt-get install {packages}")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs ignore SIGINT
        signal.signal(number, signal.default_int_handler)
    plan = planned(options)
    try:
        with tempfile.TemporaryDirectory(prefix="guardian-bench-") as scratch:
            asked = (part for name, part in PARTS.items() if getattr(options, name))
            document = next(asked, compared_part)(options, Path(scratch), plan)
    except KeyboardInterrupt:
        print("\nInterrupted; every server is stopped.")
        return 130
    if document is None:
        return 1
    print(f"Written to {write(document, options.json)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
