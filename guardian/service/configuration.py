"""The household's file: the one that is there, and the last good one where it cannot be used."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from guardian.lists import bundled
from guardian.lists.replace import replace_file
from guardian.policy.people import AgeBand, Household
from guardian.policy.renames import renamed
from guardian.policy.restrictions import added
from guardian.service import clock, history
from guardian.settings import ConfigError, Settings, load
from guardian.settings.settings import parse
from guardian.store.household import Store


class Configuration:
    """A file that its owner, a command or a page may write at any time."""

    def __init__(self, path: Path, state: Path, now: Callable[[], datetime]) -> None:
        """state: the folder in which the last good copy is kept. now: aware clock."""
        self._path = path
        self._state = state
        self._now = now
        self._seen = _stamp(path)

    @property
    def _last_good(self) -> Path:
        return self._state / "config.last-good.yaml"

    def has_changed(self) -> bool:
        """Whether the file is another than the one read last."""
        return _stamp(self._path) != self._seen

    def read(self) -> tuple[Settings, bytes]:
        """The settings, and the very bytes that said so. Raises ConfigError."""
        self._seen = _stamp(self._path)
        load(self._path)  # for its errors about the file itself
        content = self._path.read_bytes()
        return self._parsed(content), content

    def last_good(self) -> Settings | None:
        """The settings of the last good copy, as if it stood in the file's place; None: no copy."""
        if not self._last_good.exists():
            return None
        return self._parsed(self._last_good.read_bytes())

    def _parsed(self, content: bytes) -> Settings:
        day = clock.day_for_ages(self._now())
        return parse(content, self._path, bundled.folder(), day)

    def keep(self, settings: Settings, content: bytes, store: Store) -> tuple[str, str] | None:
        """Remember what can be used, and what it changed of the one before.

        Gives the old and the new name of who is called otherwise now: all that is kept moved along.
        """
        before = self._last_good.read_bytes() if self._last_good.exists() else content
        old = self._before(before) if before != content else None
        names = renamed(old.household, settings.household) if old is not None else None
        if names is not None:
            store.renames.person(*names)
        if old is not None:
            called = {names[0]: names[1]} if names is not None else {}
            store.news.add(_news(old.household, settings.household, called), self._now())
        replace_file(self._last_good, [content])
        if before != content:
            history.keep(store, history.author(self._state), before, content, self._now())
        return names

    def _before(self, before: bytes) -> Settings | None:
        try:
            return self._parsed(before)
        except ConfigError:  # an older version's, perhaps
            return None


def _news(old: Household, new: Household, called: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Persons, and keys of what their rules keep from them now and did not before.

    called: old → new name. Nothing is news to who has just come. Many share a profile.
    """
    before = {called.get(each.name, each.name): each for each in old.people}
    known: dict[tuple[int, int], list[str]] = {}
    for person in new.people:
        earlier = before.get(person.name)
        if earlier is None or person.age_band is AgeBand.ADULT or person.outgrown:
            continue
        both = (id(earlier.profile), id(person.profile))
        if both not in known:
            known[both] = added(earlier.profile, person.profile)
        yield from ((person.name, key) for key in known[both])


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
