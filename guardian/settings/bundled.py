"""The category of each list that comes with guardian, without reading their YAML."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_CATEGORY: Final = re.compile(r"^category:[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)


def categories(blocklists: Path) -> Mapping[str, str]:
    """Folder name → category of the list in it; a folder without about.yaml is none."""
    found: dict[str, str] = {}
    for about in sorted(blocklists.glob("*/about.yaml")):
        match = _CATEGORY.search(about.read_text(encoding="utf-8"))
        if match is not None:
            found[about.parent.name] = match[1]
    return found


@lru_cache
def folders(blocklists: Path) -> Mapping[str, str]:
    """Category → folder name; read once, for pages: what came with guardian does not change."""
    return {category: name for name, category in categories(blocklists).items()}
