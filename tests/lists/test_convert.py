"""A list in another format means the same; what it is made of is counted."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.lists import convert
from guardian.lists.compile import Compiler
from guardian.lists.formats import WRITERS
from guardian.lists.index import Index
from guardian.lists.source import Source
from guardian.names import to_wire

KEY = bytes(32)
LABEL = st.sampled_from(["a", "b", "shop"])
QNAME = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
START = st.sampled_from(["||", "|", "||*."])
RULE = st.builds("{}{}^".format, START, QNAME)


def content_of(
    folder: Path, text: str, category: str = "ads", suffixes: frozenset[str] = frozenset()
) -> convert.Content:
    path = folder / "list.txt"
    path.write_text(text)
    source = Source("list", category, str(path), format="adblock", suffixes=suffixes)
    return convert.read(source, path)


def index_of(folder: Path, form: str, text: bytes) -> Index:
    path = folder / "list.out"
    path.write_bytes(text)
    compiler = Compiler(KEY)
    compiler.add(Source("list", "ads", "", format=form), path)
    compiler.write(folder / "index.gdx")
    return Index.open(folder / "index.gdx", KEY)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(RULE, max_size=6), asked=st.lists(QNAME, max_size=12), compact=st.booleans())
@pytest.mark.parametrize("form", ["adblock", "dnsmasq", "rpz"])
def test_the_same_names_are_blocked(
    tmp_path: Path, form: str, rules: list[str], asked: list[str], compact: bool
) -> None:
    text = "\n".join(rules)
    out = io.BytesIO()
    counts = convert.write(content_of(tmp_path, text), form, out, compact=compact)
    assert (counts["left_out"], counts["narrowed"]) == (0, 0)
    before = index_of(tmp_path, "adblock", text.encode())
    wanted = {qname: bool(before.match(to_wire(qname), 1).blocked) for qname in asked}
    index = index_of(tmp_path, form, out.getvalue())
    for qname, blocked in wanted.items():
        found = bool(index.match(to_wire(qname), 1).blocked)
        # A zone blocks no more than the list; less only where a nearer name ends a wildcard.
        assert found == blocked or (form != "adblock" and blocked)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("||a.example^\n||b.a.example^\n|c.a.example^\n|a.example^", 3),
        ("||*.a.example^\n||b.a.example^\n|a.example^", 1),
        ("|a.example^\n||b.a.example^", 0),  # exact
        ("||a.example^$dnstype=A\n||b.a.example^", 0),
        ("||a.example^$denyallow=b.a.example\n||b.a.example^", 0),
        ("||a.example^\n||a.example^$badfilter\n||b.a.example^", 0),
        ("||a.example^$important\n||b.a.example^", 0),
        ("||a.example^\n||b.a.example^$important", 0),
        ("||a.example^\n||c.b.a.example^\n@@||b.a.example^", 0),
        ("||a.example^\n||b.a.example^$dnstype=A", 1),
    ],
)
def test_what_a_parent_covers(tmp_path: Path, text: str, covered: int) -> None:
    assert content_of(tmp_path, text).report()["covered"] == covered


def test_a_report(tmp_path: Path) -> None:
    text = (
        "! x\n||a.example^\n||a.example^\n|a.example^\n@@||ok.a.example^\n||c.example^$client=1\n"
        "||game.tw^\n||com^\n||x##.ad\n"
    )
    report = content_of(tmp_path, text).report()
    assert (report["lines"], report["taken"], report["exceptions"]) == (9, 3, 1)
    assert (report["duplicates"], report["covered"]) == (1, 1)
    assert report["held"] == ["com", "game.tw"]
    assert report["unsupported"] == {"$client": 1}


@pytest.mark.parametrize(
    ("category", "granted", "held"),
    [
        ("ads", frozenset(), ["bet", "bet.br", "co.uk"]),
        ("gambling", frozenset(), ["co.uk"]),
        ("ads", frozenset({"bet.br"}), ["bet", "co.uk"]),
    ],
)
def test_whole_suffixes(
    tmp_path: Path, category: str, granted: frozenset[str], held: list[str]
) -> None:
    text = "||bet^\n||bet.br^\n||co.uk^"
    report = content_of(tmp_path, text, category, suffixes=granted).report()
    assert report["held"] == held
    compiler = Compiler(KEY)
    source = Source("list", category, "", format="adblock", suffixes=granted)
    compiler.add(source, tmp_path / "list.txt")
    assert compiler.reports["list"]["held"] == held
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    for name in ("bet", "bet.br", "co.uk"):
        assert bool(index.match(to_wire(f"www.x.{name}"), 1).blocked) == (
            not any(name == each or name.endswith(f".{each}") for each in held)
        )


def test_hosts_name_the_host_alone(tmp_path: Path) -> None:
    out = io.BytesIO()
    content = content_of(tmp_path, "||a.example^\n|b.example^\n@@||c.a.example^")
    counts = convert.write(content, "hosts", out)
    assert counts == {"written": 2, "left_out": 1, "narrowed": 1, "covered": 0}
    assert out.getvalue() == b"0.0.0.0 a.example\n0.0.0.0 b.example\n"


@pytest.mark.parametrize("form", WRITERS)
def test_an_empty_list(tmp_path: Path, form: str) -> None:
    out = io.BytesIO()
    assert convert.write(content_of(tmp_path, ""), form, out)["written"] == 0
    assert out.getvalue().splitlines() == list(WRITERS[form].header)
