"""A person's own times, written into the file as a careful person would: only what differs.

What they have of their profile stays unsaid; what stays as it was keeps its spelling and comments.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from guardian.policy.budgets import Budget
from guardian.policy.people import Profile
from guardian.policy.windows import Window, WindowKind
from guardian.settings.edit import listed
from guardian.settings.own_rules import NO_PROFILE
from guardian.settings.sections import budgets, windows
from guardian.settings.sections.people import RULES
from guardian.settings.sections.profiles import BUDGETS, DROP_BUDGETS, DROP_WINDOWS, WINDOWS

T = TypeVar("T", Window, Budget)


def set_windows(
    person: Any, base: Profile | None, before: Sequence[Window], after: Sequence[Window]
) -> None:
    """Write the windows that somebody has from now on.

    person: their table. base: their profile without rules. before: all the windows they have now,
    those of their own rules first, in the order of the file.
    """
    theirs = (base or NO_PROFILE).windows
    written = before[: len(_listed(person, WINDOWS.name))]
    own, dropped = set[Window](), list[str]()
    for kind in WindowKind:
        old, new, of_base, mine = (
            [each for each in row if each.kind is kind] for row in (before, after, theirs, written)
        )
        drop = str(kind) in _listed(person, DROP_WINDOWS.name)
        if old != new:
            mine, drop = _difference(of_base, new)
        own.update(mine)
        dropped += [str(kind)] * drop
    _write(person, WINDOWS.name, before, [each for each in after if each in own], windows.written)
    _put(person, DROP_WINDOWS.name, dropped)


def _difference(theirs: list[Window], wanted: list[Window]) -> tuple[list[Window], bool]:
    """Windows of a kind to write down, and whether those of the profile are to be dropped."""
    if Counter(theirs) == Counter(wanted):
        return [], False
    more = [each for each in wanted if each not in theirs]
    only_dates_more = all(each in wanted for each in theirs) and all(each.dates for each in more)
    if only_dates_more:  # they stand beside those of the profile
        return more, False
    return wanted, bool(theirs) and all(each.dates for each in wanted)


def set_budgets(
    person: Any, base: Profile | None, before: Sequence[Budget], after: Sequence[Budget]
) -> None:
    """Write the budgets that somebody has from now on; see `set_windows`."""
    theirs = (base or NO_PROFILE).budgets
    written = before[: len(_listed(person, BUDGETS.name))]
    own, dropped = set[Budget](), list[str]()
    for what in dict.fromkeys(each.category for each in (*theirs, *before, *after)):
        old, new, of_base, mine = (
            [each for each in row if each.category == what]
            for row in (before, after, theirs, written)
        )
        drop = budgets.thing(what) in _listed(person, DROP_BUDGETS.name)
        if old != new:
            mine, drop = (new, not new) if new != of_base else ([], False)
        own.update(mine)
        dropped += [budgets.thing(what)] * (drop and bool(of_base))
    _write(person, BUDGETS.name, before, [each for each in after if each in own], budgets.written)
    _put(person, DROP_BUDGETS.name, dropped)


def _listed(person: Any, key: str) -> list[Any]:
    return listed((person.get(RULES.name) or {}).get(key))


def _write(
    person: Any,
    key: str,
    before: Sequence[T],
    wanted: Sequence[T],
    written: Callable[[T], Mapping[str, Any]],
) -> None:
    """Make a list of the person's rules say what is wanted, with as few changes as will do."""
    items = _listed(person, key)
    known = list(zip(before, items, strict=False))  # their own come first
    new = [each for each in wanted if each not in before[: len(items)]]
    kept: list[Any] = []
    for value, item in known:
        if value in wanted:
            kept.append(item)
        elif new:
            successor = _likest(value, new)
            new.remove(successor)
            _change(item, written(value), written(successor))
            kept.append(item)
    kept += [_styled(written(each)) for each in new]
    present = (person.get(RULES.name) or {}).get(key)
    if isinstance(present, list) and kept:
        _follow(present, kept)
    else:
        _put(person, key, kept)


def _likest(value: T, several: Sequence[T]) -> T:
    """The one that has most in common with a value."""
    fields = value.__slots__
    return max(
        several,
        key=lambda each: sum(getattr(each, name) == getattr(value, name) for name in fields),
    )


def _change(item: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Change the keys of a table whose values differ."""
    for key in old.keys() - new.keys():
        item.pop(key, None)
    for key, value in new.items():
        if old.get(key) != value:
            item[key] = _styled(value)


def _follow(row: Any, wanted: list[Any]) -> None:
    """Take out of a list what is not wanted, and add the rest at its end."""
    identities = [id(each) for each in wanted]
    for at in reversed(range(len(row))):
        if id(row[at]) not in identities:
            del row[at]
    present = [id(each) for each in row]
    for each in wanted:
        if id(each) not in present:
            row.append(each)


def _put(person: Any, key: str, value: Sequence[Hashable] | list[Any]) -> None:
    """Set a key of the rules; an empty one, and rules without keys, go."""
    if value:
        if not person.get(RULES.name):
            person[RULES.name] = {}
        if listed(person[RULES.name].get(key)) != list(value):
            person[RULES.name][key] = _styled(list(value)) if _are_words(value) else list(value)
    elif person.get(RULES.name) and key in person[RULES.name]:
        del person[RULES.name][key]
        if not person[RULES.name]:
            del person[RULES.name]


def _are_words(value: Iterable[Any]) -> bool:
    return all(isinstance(each, str) for each in value)


def _styled(value: Any) -> Any:
    """A value as people write it: on one line, with quotes around times and dates."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        table = CommentedMap({key: _styled(each) for key, each in value.items()})
        table.fa.set_flow_style()
        return table
    if isinstance(value, list):
        row = CommentedSeq([_styled(each) for each in value])
        row.fa.set_flow_style()
        return row[0] if len(row) == 1 and isinstance(row[0], str) else row
    if isinstance(value, str) and value[:1].isdigit():
        return DoubleQuotedScalarString(value)
    return value
