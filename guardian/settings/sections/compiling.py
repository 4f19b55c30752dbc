"""`lists`: what compiling may take."""

from typing import Final

from guardian.lists.memory import LEAST
from guardian.settings import kinds
from guardian.settings.fields import Field, Kind, Reading, Wrong, maybe
from guardian.settings.nodes import Node


def _memory() -> Kind[int | None]:
    size = maybe(kinds.SIZE)

    def read(node: Node, reading: Reading) -> int | None:
        memory = size.read(node, reading)
        if memory is not None and memory < LEAST:
            wrong = Wrong("it is too little to compile any list", f"write {LEAST >> 20}MB or more")
            reading.refuse(node, wrong)
        return memory

    return Kind(size.expects, size.example, read)


MEMORY: Final = Field(
    "memory",
    _memory(),
    "How much memory compiling the lists may take, 48MB or more; without it, an eighth of the "
    "machine's, 512MB at the most. A list that needs more is refused, and the last good one stays.",
    default="",
)
