"""The starter lists that come with guardian."""

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


def source(name: str, language: str = "en") -> Source:
    """A starter list as a source. Raises NoBundledLists."""
    said = about(name)
    kind = SourceKind(said["kind"])
    return Source(
        id=str(said["id"]),
        category=str(said["category"]),
        location=str(folder() / name / "names.txt"),
        kind=kind,
        format="urls" if kind is SourceKind.IWF else "domains",
        title=said["title"].get(language, said["title"]["en"]),
        version=str(said["version"]),
        bundled=True,
    )
