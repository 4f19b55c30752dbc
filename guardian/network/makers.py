"""Who made a device: by the first three bytes of its hardware address, where a list is installed.

Debian's ieee-data has the IEEE's own list; nmap and arp-scan bring theirs. None of them is needed,
and none is kept in memory: a list is looked through when somebody asks.
"""

import mmap
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

LISTS: Final = (
    Path("/usr/share/ieee-data/oui.txt"),
    Path("/usr/share/arp-scan/ieee-oui.txt"),
    Path("/usr/share/nmap/nmap-mac-prefixes"),
)
_MOST: Final = 40  # characters of a name that is shown


@lru_cache(512)
def maker(mac: str, lists: Iterable[Path] = LISTS) -> str:
    """The maker's name; "" where no list is there, or none has it."""
    prefix = mac.replace(":", "").upper()[:6]
    for path in lists:
        if name := _look_up(prefix, path):
            return name[:_MOST].strip()
    return ""


def _look_up(prefix: str, path: Path) -> str:
    """In lines such as "A4-83-E7   (hex)\t\tApple, Inc." and "A483E7\tApple, Inc."."""
    with_hyphens = "-".join(re.findall("..", prefix))
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            for start in (f"\n{with_hyphens} ", f"\n{prefix}\t", f"\n{prefix} "):
                if (at := text.find(start.encode())) >= 0:
                    text.seek(at + len(start))
                    rest = text.readline().decode(errors="replace")
                    return re.sub(r"^\s*\((hex|base 16)\)", "", rest).strip()
    except (OSError, ValueError):  # not there, or empty
        pass
    return ""
