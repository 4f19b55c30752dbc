"""The starter lists that come with guardian."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.lists.source import Source, SourceKind

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_PLACES: Final = (_PACKAGE / "blocklists", _PACKAGE.parent / "blocklists")  # installed; a checkout
_MUST_SAY: Final = {"id", "category", "kind", "title", "version"}


class NoBundledLists(GuardianError):
    """The starter lists are not where they belong."""


def folder() -> Path:
    """The folder of the starter lists."""
    return next((place for place in _PLACES if place.is_dir()), _PLACES[-1])


@lru_cache
def about(name: str) -> dict[str, Any]:
    """What a starter list says of itself: the content of its about.yaml. Raises NoBundledLists."""
    import yaml  # only commands and control read this

    path = folder() / name / "about.yaml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        data = None
    if not isinstance(data, dict) or not data.keys() >= _MUST_SAY:
        raise NoBundledLists(f"{path}: it does not describe a list; install guardian again")
    return data


def category(name: str) -> str:
    """The category that a starter list's names are put into."""
    return str(about(name)["category"])


def title(name: str, language: str) -> str:
    """What a starter list is called in a language (ISO 639-1), or in English."""
    titles = about(name)["title"]
    return str(titles.get(language, titles["en"]))


def description(name: str, language: str) -> str:
    """A sentence about a starter list in a language (ISO 639-1), or in English."""
    said = about(name).get("description", {})
    return str(said.get(language) or said.get("en", ""))


def source(name: str, language: str = "en") -> Source:
    """A starter list as a source. Raises NoBundledLists."""
    said = about(name)
    kind = SourceKind(said["kind"])
    return Source(
        id=str(said["id"]),
        category=category(name),
        location=str(folder() / name / "names.txt"),
        kind=kind,
        format="urls" if kind is SourceKind.IWF else "domains",
        title=title(name, language),
        version=str(said["version"]),
        bundled=True,
        licence=str(said.get("licence", "")),
    )
