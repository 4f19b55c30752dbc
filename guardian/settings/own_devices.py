"""Single devices in the configuration: their names, whose they are, and what else is said of them.

Functions take the tables as `edit` reads them, and change them in place. signs: all texts that a
device is known by, the surest first; title: what it is called where it needs a name and has none.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from guardian.policy.devices import Follows, read_sign, written
from guardian.settings.edit import listed
from guardian.settings.kinds import MAX_TITLE

_PEOPLE: Final = "people"
_SHARED: Final = "shared_devices"
_DEVICES: Final = "devices"


def rename(data: Any, signs: Sequence[str], name: str) -> None:
    """Call a device by a name; what is several people's and only this device is called so too."""
    entry = _entry(data, signs, name)
    before, every = _named(entry), {*map(_same, signs), *map(_same, listed(entry["known_by"]))}
    entry["name"] = name
    for shared in listed(data.get(_SHARED)):
        checks_in = str(shared.get("follows", "")).lower() == Follows.CHECKED_IN
        if _named(shared) == before != name and _has_only(shared, every) and not checks_in:
            shared["name"] = _free_name(data, name)


def set_blocked(data: Any, signs: Sequence[str], title: str, *, blocked: bool) -> None:
    """Let a device have no internet until this is taken back, or take it back."""
    _set(data, signs, title, "blocked", on=blocked)


def set_ignored(data: Any, signs: Sequence[str], title: str, *, ignored: bool) -> None:
    """Show a device as new no longer, or again."""
    _set(data, signs, title, "ignored", on=ignored)


def join(data: Any, known: Sequence[str], new: Sequence[str], title: str) -> None:
    """Let a new device be a known one: with what it is known by, the known one has two of it.

    What was said of the new one alone goes. title: of the known one.
    """
    other, theirs = _find(data, new), []
    if other is not None:
        if other is _find(data, known):
            return
        theirs = listed(other["known_by"])
        data[_DEVICES].remove(other)
    entry = _entry(data, known, title)
    _take(data, {_same(each) for each in (*new, *map(str, theirs))})
    there = listed(entry["known_by"])
    come = [each for each in (new[0], *theirs) if _same(each) not in map(_same, there)]
    entry["known_by"] = [*there, *dict.fromkeys(come)]


def give(data: Any, signs: Sequence[str], people: Sequence[str], title: str) -> None:
    """Let a device be one person's, several people's, or nobody's.

    Of what several share, the strictest holds, or whatever the file says of it already.
    """
    entry = _find(data, signs)
    every = {
        _same(each) for each in (*signs, *(map(str, listed(entry["known_by"])) if entry else ()))
    }
    shared = next((each for each in listed(data.get(_SHARED)) if _has_only(each, every)), None)
    if shared is not None and len(people) > 1:
        _share(shared, people)
        return
    moved = _take(data, every) or [signs[0]]
    if len(people) == 1:
        person = next(each for each in listed(data.get(_PEOPLE)) if _named(each) == people[0])
        person[_DEVICES] = [*listed(person.get(_DEVICES)), *moved]
    elif people:
        new: dict[str, Any] = {"name": _free_name(data, title), "devices": moved}
        _share(new, people)
        data[_SHARED] = [*listed(data.get(_SHARED)), new]


def _share(shared: Any, people: Sequence[str]) -> None:
    if str(shared.get("follows", Follows.STRICTEST)).lower() not in (*Follows,):
        del shared["follows"]  # one person alone
    shared["of"] = list(people)


def _has_only(holder: Any, signs: Collection[str]) -> bool:
    theirs = [_same(each) for each in listed(holder.get(_DEVICES))]
    return bool(theirs) and all(each in signs for each in theirs)


def _take(data: Any, signs: Collection[str]) -> list[Any]:
    """Take a device from whoever has it; gives it as it was written there.

    What several shared and is there no more goes as a whole.
    """
    moved: list[Any] = []
    for key in (_PEOPLE, _SHARED):
        for holder in listed(data.get(key)):
            theirs = listed(holder.get(_DEVICES))
            kept = [each for each in theirs if _same(each) not in signs]
            if len(kept) == len(theirs):
                continue
            moved += [each for each in theirs if _same(each) in signs]
            holder[_DEVICES] = kept
            if key == _SHARED and not kept:
                data[_SHARED].remove(holder)
    if _SHARED in data and not data[_SHARED]:
        del data[_SHARED]
    return moved


def _set(data: Any, signs: Sequence[str], title: str, key: str, *, on: bool) -> None:
    entry = _find(data, signs)
    if on:
        (_entry(data, signs, title) if entry is None else entry)[key] = True
    elif entry is not None:
        entry.pop(key, None)


def _entry(data: Any, signs: Sequence[str], title: str) -> Any:
    """The entry of a device, made where there is none."""
    found = _find(data, signs)
    if found is not None:
        return found
    taken = {_named(each).casefold() for each in listed(data.get(_DEVICES))}
    entry = {"name": _unlike(title, taken), "known_by": [signs[0]]}
    data[_DEVICES] = [*listed(data.get(_DEVICES)), entry]
    return data[_DEVICES][-1]


def _find(data: Any, signs: Sequence[str]) -> Any:
    wanted = {_same(each) for each in signs}
    for each in listed(data.get(_DEVICES)):
        if not wanted.isdisjoint(map(_same, listed(each.get("known_by")))):
            return each
    return None


def _free_name(data: Any, title: str) -> str:
    """A title, or one like it that no person and nothing shared has."""
    holders = (*listed(data.get(_PEOPLE)), *listed(data.get(_SHARED)))
    return _unlike(title, {_named(each).casefold() for each in holders})


def _unlike(title: str, taken: Collection[str]) -> str:
    title = title[:MAX_TITLE].strip()
    number = 1
    found = title
    while found.casefold() in taken:
        number += 1
        found = f"{title[: MAX_TITLE - 4]} {number}"
    return found


def _named(table: Any) -> str:
    return str(table.get("name", "")).strip()


def _same(sign: Any) -> str:
    """A sign in the one form that it has for comparing."""
    return written(read_sign(str(sign).strip()))
