"""docs/configuration.md, written from the same table that reads the file.

python -m guardian.settings.document > docs/configuration.md
"""

import sys
from collections.abc import Iterator
from typing import Any, Final, TextIO

from guardian.settings import nodes
from guardian.settings.fields import Field, Section
from guardian.settings.sections import (
    access,
    backup,
    budgets,
    devices,
    discovery,
    encrypted,
    feeds,
    firewall,
    household,
    lists,
    network,
    people,
    profiles,
    rebinding,
    resolver,
    services,
    shared,
    structured,
    transfers,
    updates,
    upstreams,
    web,
    windows,
)
from guardian.settings.settings import FILE

SECTIONS: Final = (
    household.SECTION,
    network.LISTEN_SECTION,
    network.FORWARDER_SECTION,
    network.FRONT_END_SECTION,
    access.SECTION,
    encrypted.SECTION,
    web.SECTION,
    upstreams.SECTION,
    network.LOCAL_SECTION,
    rebinding.SECTION,
    lists.SECTION,
    lists.SOURCE_SECTION,
    feeds.SIGNATURE_SECTION,
    feeds.AUTH_SECTION,
    transfers.TSIG_SECTION,
    services.SECTION,
    profiles.SECTION,
    windows.SECTION,
    budgets.SECTION,
    people.SECTION,
    shared.SECTION,
    devices.SECTION,
    discovery.SECTION,
    people.UNKNOWN_SECTION,
    structured.SECTION,
    firewall.SECTION,
    resolver.SECTION,
    backup.SECTION,
    updates.SECTION,
)

PREFACE: Final = f"""\
# The configuration file

One YAML file says what a household wishes; [config/home.yaml](../config/home.yaml) is a whole one
to start from. `guardian config validate FILE` says whether a file is fine, and if not, every
problem with its line and how to mend it. guardian reads the file again when it changes; while there
is a problem in it, what was in force stays in force.

- Values are read as text: `20:00`, `a4:83:e7:00:00:01` and `NO` mean what they look like. Quotes
  are needed only where YAML itself needs them, above all around IPv6 addresses: `"[::1]:53"`.
- Where a list is wanted, one value alone will do: `days: mon-fri`.
- Times are the household's wall clock. What happens when clocks change is in
  [policy.md](policy.md).
- Time zones are those of the IANA database, in the newer of the system's version and that of the
  `tzdata` package.
- A file has at most {nodes.MAX_BYTES // 1024} kB and is UTF-8. YAML's anchors and aliases work;
  tags do not.

"""


def document() -> Iterator[str]:
    """The page, a piece at a time."""
    yield PREFACE
    yield "## The whole\n\n"
    yield from _table(FILE)
    for section in SECTIONS:
        yield f"\n## `{section.path}`\n\n{section.intro}\n\n"
        yield from _table(section)
        yield f"\n```yaml\n{section.example}```\n"


def _table(section: Section) -> Iterator[str]:
    yield "| key | value | default | meaning |\n|---|---|---|---|\n"
    for each in section.fields:
        cells = (f"`{each.name}`", each.kind.expects, _default(each), each.help)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(each: Field[Any]) -> str:
    if each.default is None:
        return "must be given"
    return f"`{each.default}`" if each.default not in ("", "[]", "{}") else "–"


def main(out: TextIO) -> None:
    for piece in document():
        out.write(piece)


if __name__ == "__main__":
    main(sys.stdout)
