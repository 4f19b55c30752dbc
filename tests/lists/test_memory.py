"""Compiling keeps to the memory that it was given, and says so where that is too little."""

import asyncio
from pathlib import Path
from typing import Any

from guardian.lists.library import Library
from guardian.lists.memory import LEAST, room, usual
from guardian.lists.source import Source
from guardian.names import to_wire


def test_a_list_that_takes_too_much_is_refused_and_the_others_stand(
    tmp_path: Path, clock: Any
) -> None:
    (tmp_path / "own.txt").write_text("play.example\n")
    wide = (f"100.{a}.{b}.{c}" for a in range(2) for b in range(256) for c in range(0, 256, 2))
    (tmp_path / "wide.txt").write_text("\n".join(wide))
    sources = [
        Source("wide", "ads", str(tmp_path / "wide.txt"), format="addresses"),
        Source("own", "games", str(tmp_path / "own.txt")),
    ]
    library = Library(tmp_path / "lists", sources, clock, memory=LEAST - (8 << 20))
    asyncio.run(library.compile())
    opened = library.open_index(lambda _problem: None)
    assert opened is not None
    assert opened[1].match(to_wire("play.example"), 1).blocked_categories == {"games"}
    problems = {each.source.id: each.problem for each in library.status()}
    assert problems["own"] == ""
    assert "takes more memory than lists may have; give them more" in problems["wide"]


def test_what_is_usual() -> None:
    assert LEAST <= usual() <= 512 << 20
    assert room(LEAST) * 40 < LEAST / 2  # a hash takes 40 bytes while it is sorted
