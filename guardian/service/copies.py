"""The copies of a household as its pages see them: made when somebody asks, and put back."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.lists import bundled
from guardian.service import backups
from guardian.settings.settings import parse
from guardian.web.copies import Copy

if TYPE_CHECKING:
    from guardian.service.control import Control
    from guardian.service.house import RunningHouse


class HouseholdCopies:
    """What `web.copies.Copies` promises, kept for `RunningHouse`."""

    def __init__(self, control: "Control", house: "RunningHouse", state: Path) -> None:
        self._control = control
        self._house = house
        self._state = state

    def all(self) -> Sequence[Copy]:
        return self._control.backups.all()

    def folder(self) -> Path:
        return self._control.backups.folder

    def path(self, name: str) -> Path | None:
        return self._control.backups.path(name)

    def make(self, who: str) -> str:
        try:
            name = self._control.backups.make_now()
        except (OSError, sqlite3.Error) as problem:
            raise backups.BadBackup(f"the copy could not be written ({problem})") from None
        self._house.note(who, "made a backup", "")
        self._house.touch()
        return name

    def are_sealed(self) -> bool:
        return bool(self._house.settings.backup.passphrase_file)

    def restore(self, name: str, who: str) -> None:
        self._control.notice()
        path = self.path(name)
        if path is None:
            raise backups.BadBackup("there is no copy of that name")
        contents = backups.read(path, backups.passphrase_of(self._house.settings))
        parse(contents.config, self._house.settings.path, bundled.folder())
        self.make(who)
        backups.put_back(self._house.store, contents, self._state)
        self._house.configuration.write(
            contents.config, f"restore by {who}", "put a backup in place", who, ""
        )
        self._house.note(who, "put a backup in place", "")
        self._control.restored()
