"""Expressions in names: what Python's own find, in a time that cannot be made long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.expressions import Automaton, BadExpression, read

LITERAL = st.sampled_from(
    ["a", "b", "x", "1", "-", r"\.", ".", "[ab]", "[^a]", r"\d", "[0-9x-]", r"\w"]
)
TIMES = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?", "+?"])


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
    atom = st.builds("{}{}".format, st.one_of(group, inner.map("(?:{})".format)), TIMES)
    return st.lists(st.one_of(inner, atom), min_size=1, max_size=3).map("".join)


EXPRESSION = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "^", "(^|[.])"]),
    st.recursive(st.builds("{}{}".format, LITERAL, TIMES), _more, max_leaves=6),
    st.sampled_from(["", "", "$"]),
)
NAME = st.text("abx1-.", min_size=1, max_size=12)


@given(texts=st.lists(EXPRESSION, min_size=1, max_size=4), names=st.lists(NAME, max_size=6))
def test_it_finds_what_python_finds(texts: list[str], names: list[str]) -> None:
    taken = []
    for text in texts:
        try:
            taken.append(read(text))
        except BadExpression:
            continue
    automaton = Automaton(taken)
    for name in names:
        wanted = {n for n, each in enumerate(taken) if re.search(each.text, name)}
        assert automaton.found(name) == wanted
        assert automaton.found(name) == wanted  # as it knows them now


@given(text=st.text("ab1.*+?{},()[]|^$\\\\-:=!é", max_size=20), name=st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    try:
        Automaton([read(text)]).found(name)
    except BadExpression:
        return


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(?=a)b", "looks around"),
        ("(?<x>a)", "looks around"),
        (r"(a)\1", "cannot be done"),
        (r"\bads", "cannot be done"),
        (".*", "means every name"),
        ("a|", "means every name"),
        ("^", "means every name"),
        (r"\w", "means every name"),
        ("[a", "set of characters"),
        ("[[:alpha:]]", "set of characters"),
        ("[z-a]", "range of characters"),
        ("(a", "does not close"),
        ("a)", "did not open"),
        ("*a", "nothing before"),
        ("a{99}", "counts beyond"),
        ("a{x}", "does not count"),
        ("^+a", "repeats the beginning"),
        ("(a{64}){64}", "leaves too much open"),
        ("(" * 20 + "a" + ")" * 20, "too many groups"),
        ("a" * 301, "longer than"),
    ],
)
def test_why_an_expression_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadExpression, match=why):
        read(text)


def test_what_takes_python_for_ever_costs_a_step_a_character() -> None:
    automaton = Automaton([read("(a+)+b"), read("(a|a)*c"), read("(.*a){9}x")])
    assert not automaton.found("a" * 250)
    assert automaton.found("a" * 250 + "b") == {0}


def test_upper_case_is_lower_case() -> None:
    assert Automaton([read(r"^AD[S-T]\D")]).matches("ads-x.example")


def test_states_are_thrown_away_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardian.lists.expressions._MOST_STATES", 3)
    automaton = Automaton([read("ab+c"), read("[bc]{3}$")])
    for name in ("abbc.x", "x.bcb", "abbbbc", "cccab", "a.b.c"):
        wanted = {n for n, each in enumerate(("ab+c", "[bc]{3}$")) if re.search(each, name)}
        assert automaton.found(name) == wanted
