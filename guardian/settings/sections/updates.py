"""`updates`: whose releases of guardian are taken for genuine, and where they are told."""

from dataclasses import dataclass
from typing import Final

from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, maybe, record


@dataclass(frozen=True, slots=True)
class Updates:
    """key_file: as written (relative to the configuration file). url: a folder. "" for none."""

    key_file: str = ""
    url: str = ""


KEY_FILE: Final = Field(
    "key_file",
    maybe(kinds.TEXT),
    "A file with the public key (minisign) of those who release guardian, which came to you in a "
    "way that you trust; from the folder of this file, if not absolute.",
    default="",
)
URL: Final = Field(
    "url",
    maybe(kinds.URL),
    "The folder in which their releases are: where `guardian update --check` looks if nothing else "
    "is said. guardian itself never asks there.",
    default="",
)


def _build(values: Values, _: Reading) -> Updates:
    return Updates(values[KEY_FILE] or "", values[URL] or "")


SECTION: Final = Section(
    "updates",
    "Whose releases of guardian are genuine. See [releasing.md](releasing.md).",
    (KEY_FILE, URL),
    "updates:\n  key_file: /etc/guardian/release.pub\n  url: https://releases.example/guardian/\n",
)
UPDATES: Final = record(SECTION, _build, "the keys key_file and url")
