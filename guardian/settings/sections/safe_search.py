"""`profiles.NAME.safe_search`: which search engines and platforms answer in their safe mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from guardian.policy.rules import Engine, Level, SafeSearch
from guardian.settings import kinds
from guardian.settings.fields import Kind, Reading, Wrong, nearest, scalar, table_of
from guardian.settings.nodes import Node, Table

OTHERS: Final = "others"
_OFF: Final = frozenset({"false", "off", "no"})
_ON: Final = frozenset({"true", "on", "yes"})


def _safe_search_level(engine: Engine, text: str) -> Level | None:
    word = text.lower()
    if word in _OFF:
        return None
    if word in _ON:
        return Level.MODERATE if engine is Engine.YOUTUBE else Level.STRICT
    if word == Level.STRICT or (engine is Engine.YOUTUBE and word == Level.MODERATE):
        return Level(word)
    words = "false, moderate or strict" if engine is Engine.YOUTUBE else "true or false"
    raise Wrong(f'"{text}" is no setting of {engine}', f"write {words}")


@dataclass(frozen=True, slots=True)
class SafeModes:
    """What is said of safe modes; of an engine that is not here nothing is.

    levels: engine → its level, None for off. block_others: whether search engines without a safe
    mode are blocked; None where that is not said.
    """

    levels: Mapping[Engine, Level | None] = field(default_factory=dict)
    block_others: bool | None = None

    def on(self, base: frozenset[SafeSearch] = frozenset()) -> frozenset[SafeSearch]:
        """The safe modes that hold, as a change of others."""
        levels = {each.engine: each.level for each in base} | dict(self.levels)
        return frozenset(SafeSearch(engine, level) for engine, level in levels.items() if level)


def _engine(text: str) -> str:
    word = text.lower()
    known = [*map(str, Engine), OTHERS]
    if word not in known:
        raise Wrong(f'"{text}" has no safe search here', nearest(text, known))
    return word


def _safe_search() -> Kind[SafeModes]:
    expects = "true, false, or a table of engines"
    example = "{google: true, youtube: strict}"
    per_engine = table_of(
        scalar("an engine", "google", _engine),
        scalar("a setting", "true", lambda text: text),
        expects,
        example,
    )

    def read(node: Node, reading: Reading) -> SafeModes:
        if not isinstance(node, Table):
            wanted = kinds.SWITCH.read(node, reading)
            chosen = dict.fromkeys(map(str, Engine), "true" if wanted else "false")
        else:
            chosen = dict(per_engine.read(node, reading))
        others = chosen.pop(OTHERS, "").lower()
        if others not in ("", "allow", "block"):
            reading.note(
                _entry(node, OTHERS), Wrong(f'"{others}" is no setting', "write allow or block")
            )
        levels: dict[Engine, Level | None] = {}
        for name, text in chosen.items():
            engine = Engine(name)
            try:
                levels[engine] = _safe_search_level(engine, text)
            except Wrong as wrong:
                reading.note(_entry(node, engine), wrong)
        return SafeModes(levels, others == "block" if others else None)

    return Kind(expects, example, read)


def _entry(node: Node, engine: str) -> Node:
    entries = node.entries if isinstance(node, Table) else {}
    return next((value for key, value in entries.items() if key.lower() == engine), node)


SAFE_MODES: Final = _safe_search()
