"""What holds for a while: pauses, extra times, who is at a shared device, what is so on one."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from guardian.policy.timeline import (
    CheckedIn,
    DeviceBlock,
    DeviceFree,
    Grant,
    Learning,
    OnDevice,
    Opened,
    Pause,
    Spell,
    Unsure,
)
from guardian.store.instants import text
from guardian.store.transactions import whole

_KINDS: Final[dict[str, type[Spell]]] = {
    "pause": Pause,
    "grant": Grant,
    "open": Opened,
    "unsure": Unsure,
    "check-in": CheckedIn,
    "learn": Learning,
    "device-block": DeviceBlock,
    "device-free": DeviceFree,
}
_KIND_OF: Final = {kind: name for name, kind in _KINDS.items()}


class Spells:
    """The spells of a household, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def running(self, now: datetime) -> list[Spell]:
        """The pauses and extra times that have not ended; now: aware."""
        rows = self._connection.execute(
            "SELECT kind, person, thing, since, until FROM spells WHERE until > ?", (text(now),)
        )
        return [
            _KINDS[kind](
                person, thing, datetime.fromisoformat(since), datetime.fromisoformat(until)
            )
            for kind, person, thing, since, until in rows
        ]

    def add(self, spell: Spell) -> None:
        """Keep a spell; it takes the place of one of its kind for the same person and thing."""
        with whole(self._connection):
            self.end(type(spell), spell.person, spell.thing)
            self._keep(spell)

    def check_in(self, spell: CheckedIn) -> None:
        """Keep who is at a shared device; whoever was there before is not any more."""
        assert spell.thing is not None  # noqa: S101 (a check-in has its device)
        with whole(self._connection):
            self.check_out(spell.thing)
            self._keep(spell)

    def check_out(self, device: str) -> bool:
        """Forget who is at a shared device; whether somebody was."""
        done = self._connection.execute(
            "DELETE FROM spells WHERE kind = ? AND thing = ?", (_KIND_OF[CheckedIn], device)
        )
        return done.rowcount > 0

    def set_on_device(self, spell: OnDevice, signs: Iterable[str]) -> None:
        """Keep what is so on a device; whatever was so on it before is not any more.

        signs: all that it is known by.
        """
        with whole(self._connection):
            self.clear_device(signs)
            self._keep(spell)

    def clear_device(self, signs: Iterable[str]) -> bool:
        """Forget what is so on a device; whether something was."""
        kinds = (_KIND_OF[DeviceBlock], _KIND_OF[DeviceFree])
        done = [
            self._connection.execute(
                "DELETE FROM spells WHERE kind IN (?, ?) AND thing = ?", (*kinds, sign)
            ).rowcount
            for sign in signs
        ]
        return any(done)

    def _keep(self, spell: Spell) -> None:
        self._connection.execute(
            "INSERT INTO spells VALUES (?, ?, ?, ?, ?)",
            (
                _KIND_OF[type(spell)],
                spell.person,
                spell.thing,
                text(spell.since),
                text(spell.until),
            ),
        )

    def end(self, kind: type[Spell], person: str | None, thing: str | None) -> None:
        """Forget a spell of a kind for a person and thing."""
        self._connection.execute(
            "DELETE FROM spells WHERE kind = ? AND person IS ? AND thing IS ?",
            (_KIND_OF[kind], person, thing),
        )
