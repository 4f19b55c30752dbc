"""Three-way merging of configurations: two people's edits of one file, or one edit taken back.

Works on the tables and lists that `edit` reads, in place, so that comments and order stay. Lists of
single values are sets of them: what one adds and another takes out do not meet. Tables in lists are
told apart by their `name`; a list of tables without one is changed as a whole.
"""

from typing import Any, Final

_NOTHING: Final = object()  # where there is no such key


class Overlap(Exception):
    """Both changed the same place in different ways."""


def merged(base: Any, ours: Any, theirs: Any) -> Any:
    """`theirs`, changed in place as `ours` changed `base`. Raises Overlap."""
    if _same(ours, base) or _same(ours, theirs):
        return theirs
    if _same(theirs, base):
        return ours
    values = (base, ours, theirs)
    found: Any
    if any(isinstance(each, list) for each in values):
        found = _lists(*map(_listed, values))
    elif all(isinstance(each, dict) or each is _NOTHING for each in values):
        found = _tables(*({} if each is _NOTHING else each for each in values))
    else:
        raise Overlap
    return found if found or ours is not _NOTHING else _NOTHING


def _same(one: Any, other: Any) -> bool:
    """Whether two values say the same, in whatever order their keys stand."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _tables(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    for key in dict.fromkeys([*base, *ours]):
        was, mine, present = (each.get(key, _NOTHING) for each in (base, ours, theirs))
        found = merged(was, mine, present)
        if found is _NOTHING:
            theirs.pop(key, None)
        elif found is not present:
            theirs[key] = found
    return theirs


def _lists(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    if any(isinstance(each, dict) for each in [*base, *ours, *theirs]):
        found = _named(*map(_by_name, (base, ours, theirs)))
    else:
        gone = [each for each in base if each not in ours]
        come = [each for each in ours if each not in base and each not in theirs]
        found = [each for each in theirs if each not in gone] + come
    if not _same(found, theirs):
        theirs[:] = found
    return theirs


def _named(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> list[Any]:
    """Tables by name: whoever takes one out has to know what the other made of it."""
    for name, was in base.items():
        left = [each[name] for each in (ours, theirs) if name in each]
        if len(left) == 1 and not _same(left[0], was):
            raise Overlap
    return list(_tables(base, ours, theirs).values())


def _by_name(tables: list[Any]) -> dict[str, Any]:
    """Raises Overlap where they have no names of their own."""
    found = {
        str(each["name"]): each for each in tables if isinstance(each, dict) and "name" in each
    }
    if len(found) != len(tables):
        raise Overlap
    return found


def _listed(value: Any) -> list[Any]:
    if value is _NOTHING or value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]
