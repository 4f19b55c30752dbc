"""The table and the JSON, from results made by hand."""

import json

from benchmarks import report
from benchmarks.alone import Figure, table
from benchmarks.measure import Plan, Result, Run
from benchmarks.targets import judged
from benchmarks.workloads import WORKLOADS

CACHED = WORKLOADS[0]
PLAN = Plan(
    seconds=1, runs=2, latency_seconds=1, warm_seconds=1, server_core=0, load_core=1
)  # fmt: skip


def a_result(server: str, *costs: float, failed: float = 0.0, problem: str = "") -> Result:
    runs = [Run(cpu=cost, rate=1e6 / cost, busy=0.99, failed=failed) for cost in costs]
    return Result(server, "cached", runs, 50.0, 99.0, {"server": 12.5}, problem)


RESULTS = report.indexed(
    [a_result("echo", 4.0), a_result("guardian", 5.0, 7.0, 6.0), a_result("dnsdist", 5.0)]
)


def test_the_table_gives_ratios_to_the_floor_and_to_each_peer() -> None:
    _, heads, echo, guardian, dnsdist = report.block(CACHED, RESULTS).splitlines()
    assert "guardian is" in heads
    assert guardian.split() == [
        *("guardian", "6.0", "±", "17%", "1.50"),
        *("166,667", "99%", "50", "99", "12.5"),
    ]
    assert "1.20 ×" in dnsdist
    assert "1.50 ×" in echo


def test_a_server_that_died_is_said_below_the_table() -> None:
    results = report.indexed([a_result("echo", 4.0), a_result("unbound", problem="unbound died")])
    assert report.block(CACHED, results).splitlines()[-1] == "  unbound: unbound died"


def test_a_run_with_losses_is_said_below_the_table() -> None:
    results = report.indexed([a_result("echo", 4.0), a_result("dnsmasq", 9.0, failed=0.02)])
    assert report.block(CACHED, results).splitlines()[-1].endswith("2.00% of a run lost or failed")


def test_a_ratio_needs_both_sides() -> None:
    assert report.ratio(RESULTS, "cached", "guardian", "unbound") is None
    assert report.ratio(RESULTS, "miss", "guardian", "echo") is None


def test_promises_are_judged_where_both_sides_were_measured() -> None:
    said = {(each.target.workload, each.target.other): each.held for each in judged(RESULTS)}
    assert said == {("cached", "echo"): False, ("cached", "dnsdist"): False}
    assert report.verdicts(RESULTS).count("MISSED") == 2
    assert report.verdicts({}) == ""


def test_the_json_holds_every_run_and_every_ratio() -> None:
    document = json.loads(json.dumps(report.as_json(RESULTS, PLAN, {"dnsdist": "1.7.3"})))
    guardian = document["results"][1]
    assert guardian["cpu_us"] == 6.0
    assert [run["cpu"] for run in guardian["runs"]] == [5.0, 7.0, 6.0]
    assert guardian["cpu_ratio_to"] == {"dnsdist": 1.2, "echo": 1.5}
    assert document["plan"]["runs"] == 2
    assert document["versions"] == {"dnsdist": "1.7.3"}
    assert set(document["machine"]) == {"processor", "kernel", "python"}


def test_figures_of_guardian_alone_say_whether_they_hold() -> None:
    figures = [
        Figure("a", "resolver", 20.0, "MB", 25),
        Figure("b", "control", 50.0, "MB", 45),
        Figure("c", "quiet", 80.0, "µs"),
    ]
    _, resolver, control, quiet, problem = table(figures, ["no reload seen"]).splitlines()
    assert resolver.endswith("held")
    assert control.endswith("MISSED")
    assert quiet.endswith("80.00 µs")
    assert problem == "  no reload seen"
