"""Every sentence of pages and reasons, gathered for translators.

`make messages` brings each catalogue in translations/ up to date: new sentences come in empty,
those that nothing says any more go. tests/web/test_translations.py fails on what is empty or fuzzy.
Sentences are told by where they stand: `{% trans %}` and `gettext` in templates;
`say`, `say_of`, `wrong`, `Bad` and `sentence` in code of the web; `errors.Said` below it; the
tables of `policy.sentences`; the catalogue of public lists.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from guardian import __version__
from guardian.lists.catalogue import FILE
from guardian.lists.catalogue import catalogue as public_lists
from guardian.policy import sentences
from guardian.web.languages import NAMES, TRANSLATIONS

_ROOM: Final = Path(__file__).parents[1]
_KEYWORDS: Final = {
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "say_of": (1, 2),
    "wrong": (2,),
    "Bad": None,
    "sentence": None,
}
_SAYING: Final = ("lists", "service", "settings", "store")  # rooms with `errors.Said`
_METHODS: Final = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_OPTIONS: Final = {"**.html": {"trimmed": "true", "silent": "false"}}
_NO_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER: Final = "# Sentences of guardian's pages.\n"


def gathered() -> Catalog:
    """All sentences, each with where it stands."""
    catalog = Catalog(project="guardian", charset="utf-8", header_comment=_HEADER)
    for file, line, message, comments, context in extract_from_dir(
        _ROOM / "web", _METHODS, _OPTIONS, _KEYWORDS, ["Translators:"], strip_comment_tags=True
    ):
        place = [(f"web/{file}", line)]
        catalog.add(message, None, place, auto_comments=comments, context=context)
    for file, line, message, comments, context in extract_from_dir(
        _ROOM, [(f"{room}/**.py", "python") for room in _SAYING], None, {"Said": None}
    ):
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    for each in public_lists():
        for message in filter(None, (each.about, each.caveats)):
            catalog.add(message, None, [(f"blocklists/{FILE}", 1)])
    for message in _reasons():
        catalog.add(message, None, [("policy/sentences.py", 1)], flags=["python-brace-format"])
    return catalog


def _reasons() -> Iterator[str]:
    """The sentences of the policy."""
    for wording in sentences.WORDINGS.values():
        yield from (each for each in (wording.brief, wording.whole, wording.until) if each)
    for heading in sentences.HEADINGS.values():
        yield from heading
    for name, value in vars(sentences).items():
        if name.isupper() and isinstance(value, str):
            yield value
        elif name.isupper() and isinstance(value, tuple | dict):
            several = value.values() if isinstance(value, dict) else value
            yield from (each for each in several if isinstance(each, str))


def catalogue(code: str) -> Catalog:
    """A language's catalogue as it stands; an empty one where there is none yet."""
    file = TRANSLATIONS / f"{code}.po"
    if not file.exists():
        return Catalog(locale=code, project="guardian", charset="utf-8")
    with file.open("rb") as opened:
        return read_po(opened, locale=code)


def main() -> None:
    """Bring every catalogue up to date."""
    TRANSLATIONS.mkdir(exist_ok=True)
    template = gathered()
    for code in NAMES:
        if code != "en":
            present = catalogue(code)
            present.update(template, no_fuzzy_matching=True)
            present.obsolete.clear()
            _head(present, code)
            with (TRANSLATIONS / f"{code}.po").open("wb") as opened:
                write_po(opened, present, width=100, sort_output=True, include_lineno=False)


def _head(present: Catalog, code: str) -> None:
    """What stands above a catalogue; a day or a name there would say nothing."""
    present.header_comment = f"# Sentences of guardian's pages: {code}"
    present.fuzzy = False
    present.project, present.version = "guardian", __version__
    present.msgid_bugs_address = present.last_translator = present.language_team = ""
    present.creation_date = present.revision_date = _NO_DAY


if __name__ == "__main__":
    main()
