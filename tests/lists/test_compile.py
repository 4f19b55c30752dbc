"""What is compiled answers as the lists themselves would, read by hand."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.lists import label_sets
from guardian.lists.compile import Compiler
from guardian.lists.gather import MOST_VARIETIES
from guardian.lists.index import NONE, BadIndex, Index
from guardian.lists.reading import BadSource
from guardian.lists.report import Reason
from guardian.lists.source import Source, SourceKind
from guardian.names import suffixes, to_wire

KEY = b"k" * 32


class Line(NamedTuple):
    """A rule of a list, as plainly as it can be said."""

    qname: str
    allows: bool
    below: bool
    important: bool

    def written(self) -> str:
        start = "@@" if self.allows else ""
        return (
            f"{start}{'||' if self.below else '|'}{self.qname}^"
            f"{'$important' if self.important else ''}"
        )


LABEL = st.sampled_from(["a", "b", "shop"])
QNAME = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
LINES = st.lists(st.builds(Line, QNAME, st.booleans(), st.booleans(), st.booleans()), max_size=8)


def blocks(lines: list[Line], qname: str) -> bool:
    """One list's word, by the order that docs/lists.md gives."""
    spoken = [
        line
        for line in lines
        if line.qname == qname or (line.below and line.qname in suffixes(qname))
    ]
    order = [(True, True), (True, False), (False, True), (False, False)]  # important, allows
    first = [by for by in order if any((line.important, line.allows) == by for line in spoken)]
    return bool(first) and not first[0][1]


def add(compiler: Compiler, folder: Path, source: Source, text: str) -> None:
    path = folder / f"{source.id}.txt"
    path.write_text(text)
    compiler.add(source, path)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(LINES, min_size=1, max_size=3), asked=st.lists(QNAME, max_size=12))
def test_like_the_lists_read_by_hand(
    tmp_path: Path, lists: list[list[Line]], asked: list[str]
) -> None:
    compiler = Compiler(KEY)
    for number, lines in enumerate(lists):
        text = "\n".join(line.written() for line in lines)
        source = Source(f"list-{number}", f"category-{number}", "", format="adblock")
        add(compiler, tmp_path, source, text)
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    assert index.names == len({line.qname for lines in lists for line in lines})
    for qname in asked:
        wanted = {f"category-{n}" for n, lines in enumerate(lists) if blocks(lines, qname)}
        assert index.match(to_wire(qname), 1).blocked_categories == wanted


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_changed_bit_is_noticed(tmp_path: Path, place: int, bit: int) -> None:
    path = tmp_path / "index.gdx"
    if not path.exists():
        compiler = Compiler(KEY)
        add(compiler, tmp_path, Source("one", "games", "", format="domains"), "play.example")
        compiler.write(path)
    damaged = bytearray(path.read_bytes())
    damaged[place % len(damaged)] ^= 1 << bit
    (tmp_path / "bad.gdx").write_bytes(damaged)
    with pytest.raises(BadIndex, match=r"bad\.gdx: it is"):
        Index.open(tmp_path / "bad.gdx", KEY)


@given(length=st.integers(0, 400))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_cut_short_is_noticed(tmp_path: Path, length: int) -> None:
    compiler = Compiler(KEY)
    add(compiler, tmp_path, Source("one", "games", "", format="domains"), "play.example")
    compiler.write(tmp_path / "index.gdx")
    content = (tmp_path / "index.gdx").read_bytes()
    (tmp_path / "bad.gdx").write_bytes(content[: min(length, len(content) - 1)])
    with pytest.raises(BadIndex):
        Index.open(tmp_path / "bad.gdx", KEY)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("co.uk", False),  # a rule
        ("kobe.jp", False),  # above the suffixes *.kobe.jp
        ("x.kobe.jp", False),  # *.kobe.jp
        ("city.kobe.jp", True),  # !city.kobe.jp
        ("blogspot.com", True),  # a company's, in the private section
        ("shop.co.uk", True),
    ],
)
def test_public_suffixes(tmp_path: Path, name: str, *, taken: bool) -> None:
    compiler = Compiler(KEY)
    add(compiler, tmp_path, Source("one", "games", "", format="domains"), name)
    report = compiler.reports["one"]
    assert report["taken"] == taken
    assert report["refused"] == ({} if taken else {Reason.PUBLIC_SUFFIX.value: 1})


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("whole.example", True),
        ("github.io", False),  # nobody's own: the private section counts where nothing can lift
        ("somebody.github.io", True),
        ("help.example", False),  # protected
        ("chat.help.example", False),  # below it
        ("org.test", False),  # above child.org.test
    ],
)
def test_what_a_confidential_list_cannot_block(tmp_path: Path, url: str, *, taken: bool) -> None:
    compiler = Compiler(KEY, protected=["help.example", "child.org.test"])
    source = Source("police", "illegal", "", SourceKind.IWF)
    add(compiler, tmp_path, source, f"https://{url}/")
    report = compiler.reports["police"]
    assert report["taken"] == taken
    assert report["samples"] == {}


def test_a_confidential_list_has_no_exceptions(tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    source = Source("police", "illegal", "", SourceKind.IWF, "adblock")
    add(compiler, tmp_path, source, "||bad.example^\n@@||bad.example^\n|one.example^")
    add(compiler, tmp_path, Source("no", "illegal", "", SourceKind.ALLOW), "bad.example")
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    assert index.match(to_wire("www.bad.example"), 1).blocked_categories == {"illegal"}
    assert index.match(to_wire("one.example"), 1).blocked_categories == {"illegal"}
    assert index.match(to_wire("www.one.example"), 1).blocked_categories == frozenset()


def test_badfilter_takes_back_the_very_rule(tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    text = (
        "||a.example^\n||a.example^$badfilter\n"
        "||b.example^$important\n||b.example^$badfilter\n"
        "@@||c.example^\n||c.example^\n@@||c.example^$badfilter\n"
    )
    add(compiler, tmp_path, Source("one", "ads", "", format="adblock"), text)
    add(compiler, tmp_path, Source("two", "adult", "", format="adblock"), "||a.example^")
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    found = {name: index.match(to_wire(f"{name}.example"), 1) for name in "abc"}
    assert found["a"].blocked_categories == {"adult"}
    assert found["b"].blocked_categories == {"ads"}
    assert found["c"].blocked_categories == {"ads"}


def test_an_index_with_secrets_does_not_carry_its_key(tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    add(compiler, tmp_path, Source("police", "illegal", "", SourceKind.IWF), "bad.example")
    with pytest.raises(ValueError, match="key"):
        compiler.write(tmp_path / "index.gdx", carry_key=True)
    assert not (tmp_path / "index.gdx").exists()


def test_an_index_by_itself(tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    add(compiler, tmp_path, Source("one", "ads", "", format="domains"), "a.example")
    compiler.write(tmp_path / "index.gdx", carry_key=True)
    index = Index.open(tmp_path / "index.gdx")
    assert index.label_set(to_wire("a.example")) != NONE
    assert index.label_set(b"\0") == NONE


def test_an_empty_index(tmp_path: Path) -> None:
    Compiler(KEY).write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    assert (index.names, index.lists, index.label_set(to_wire("a.example"))) == (0, (), NONE)


def test_rules_of_too_many_kinds_are_counted(tmp_path: Path) -> None:
    lines = [f"||a.example^$denyallow=n{n}.a.example" for n in range(MOST_VARIETIES + 5)]
    compiler = Compiler(KEY)
    add(compiler, tmp_path, Source("one", "ads", "", format="adblock"), "\n".join(lines))
    assert compiler.reports["one"]["refused"] == {Reason.TOO_VARIED.value: 5}
    assert compiler.reports["one"]["taken"] == MOST_VARIETIES


def test_when_all_numbers_are_in_use_the_first_word_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_sets, "MOST_LABEL_SETS", 4)
    compiler = Compiler(KEY)
    for number in range(2):
        source = Source(f"list-{number}", f"category-{number}", "", format="domains")
        add(compiler, tmp_path, source, "a.example\nb.example")
    with pytest.raises(BadSource, match="use fewer lists"):
        add(compiler, tmp_path, Source("more", "more", "", format="domains"), "a.example")
    monkeypatch.setattr(label_sets, "MOST_LABEL_SETS", 2)
    compiler.write(tmp_path / "index.gdx")
    match = Index.open(tmp_path / "index.gdx", KEY).match(to_wire("a.example"), 1)
    assert match.blocked_categories == {"category-0"}


RECORDS = st.lists(
    st.tuples(st.booleans(), QNAME, st.sampled_from([".", "rpz-passthru."])), max_size=8,
    unique_by=lambda record: record[:2],
)  # fmt: skip


def zone_says(records: list[tuple[bool, str, str]], qname: str) -> str:
    """The target that a zone without empty names has for a name (RFC 4592, section 3.3.1)."""
    by_owner = {("*." if star else "") + owner: target for star, owner, target in records}
    if qname in by_owner:
        return by_owner[qname]
    known = {owner for _, owner, _ in records}
    for encloser in suffixes(qname):
        if encloser in known:
            return by_owner.get("*." + encloser, "") if encloser != qname else ""
    return ""


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, asked=st.lists(QNAME, max_size=12))
def test_a_zone_answers_as_a_name_server_would(
    tmp_path: Path, records: list[tuple[bool, str, str]], asked: list[str]
) -> None:
    compiler = Compiler(KEY)
    lines = [f"{'*.' if star else ''}{owner} CNAME {target}" for star, owner, target in records]
    add(compiler, tmp_path, Source("zone", "ads", "", format="rpz"), "\n".join(lines))
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    for qname in asked:
        blocked = bool(index.match(to_wire(qname), 1).blocked)
        assert blocked == (zone_says(records, qname) == ".")


def test_patterns_mean_the_names_in_which_they_are_found(tmp_path: Path) -> None:
    text = "/^ads[0-9]+\\./\n@@||ads1.example^\n||b.example^\n/track/$dnstype=A,important\n"
    compiler = Compiler(KEY)
    add(compiler, tmp_path, Source("ads", "ads", "ads", format="adblock"), text)
    add(compiler, tmp_path, Source("more", "social", "more", format="adblock"), "/^ads7/\n/^b/\n")
    compiled = compiler.write(tmp_path / "index.gdx", carry_key=True)
    assert [compiled.reports[each]["patterns"] for each in ("ads", "more")] == [2, 2]
    index = Index.open(tmp_path / "index.gdx")
    assert index.has_patterns

    def categories(qname: str, qtype: int = 1) -> set[str]:
        return set(index.match(to_wire(qname), qtype).blocked_categories)

    assert categories("ads22.example") == {"ads"}
    assert categories("ads7.example") == {"ads", "social"}
    assert categories("ads1.example") == set()  # an exception of its own list
    assert categories("www.b.example") == {"ads"}
    assert categories("b.example") == {"ads", "social"}
    assert categories("x.tracker.test") == {"ads"}
    assert categories("x.tracker.test", 28) == set()
    assert categories("other.example") == set()
    assert [each.list.id for each in index.by_pattern(to_wire("ads7.x"))] == ["ads", "more"]


def test_a_list_of_illegal_content_has_no_patterns(tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    source = Source("iwf", "illegal", "iwf", kind=SourceKind.IWF, format="adblock")
    add(compiler, tmp_path, source, "/secret-[a-z]+/\n||b.example^\n")
    compiler.write(tmp_path / "index.gdx")
    assert compiler.reports["iwf"]["refused"]["a pattern"] == 1
    assert b"secret-" not in (tmp_path / "index.gdx").read_bytes()
