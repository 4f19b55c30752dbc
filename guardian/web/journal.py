"""The deeds that the journal keeps, in the reader's language.

They are written down in English, by whoever does them; one that is not here is shown as it stands.
"""

import re
from collections.abc import Callable
from typing import Final

from guardian.web.marked import sentence

# A name may run the other way than the sentence around it (UAX 9).
_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_END: Final = "\N{POP DIRECTIONAL ISOLATE}"

DEEDS: Final = (
    sentence("added a person"),
    sentence("added a way to be told"),
    sentence("added minutes"),
    sentence("answered always"),
    sentence("answered no"),
    sentence("answered once"),
    sentence("answered tonight"),
    sentence("blocked a device"),
    sentence("blocked a device for a while"),
    sentence("changed a way to be told"),
    sentence("changed an own app"),
    sentence("changed by the API"),
    sentence("changed name, age or rules"),
    sentence("changed the backups"),
    sentence("changed the holidays"),
    sentence("changed the house's settings"),
    sentence("changed their password"),
    sentence("changed what is filtered"),
    sentence("changed which sites are open"),
    sentence("chose who answers for the internet"),
    sentence("downloaded a backup"),
    sentence("downloaded the household"),
    sentence("ended what was otherwise on a device"),
    sentence("ended: gave extra time"),
    sentence("ended: opened a name"),
    sentence("ended: paused"),
    sentence("first run"),
    sentence("forgot what was kept of them"),
    sentence("gave a device an address of its own"),
    sentence("gave a device extra time"),
    sentence("gave a link back"),
    sentence("gave extra time"),
    sentence("had all lists fetched"),
    sentence("ignored a device"),
    sentence("logged in"),
    sentence("looked at the activity"),
    sentence("made a backup"),
    sentence("made a link"),
    sentence("made an app of names"),
    sentence("made the first account"),
    sentence("named a device"),
    sentence("no longer uses one-time codes"),
    sentence("opened a name"),
    sentence("paused"),
    sentence("put a backup in place"),
    sentence("put a certificate in place"),
    sentence("put a file in place of the configuration"),
    sentence("put back what was before a change"),
    sentence("removed a key"),
    sentence("removed a person"),
    sentence("removed a way to be told"),
    sentence("renewed the certificate"),
    sentence("revoked a link"),
    sentence("revoked links"),
    sentence("said that a list was wrong"),
    sentence("said that two devices are one"),
    sentence("said that two devices are two"),
    sentence("said whose devices are whose"),
    sentence("switched HTTPS on"),
    sentence("took a device's own address away"),
    sentence("took back a change"),
    sentence("took back that a list was wrong"),
    sentence("took back an answer"),
    sentence("took back that two devices are two"),
    sentence("unblocked a device"),
    sentence("uses one-time codes now"),
    sentence("watched an app"),
    sentence("watched what a site needs"),
)
# Those that name something; what may stand in parentheses after it is a role or a scope.
_ABOUT: Final = (
    sentence("added the list %(name)s"),
    sentence("changed the budgets of %(name)s"),
    sentence("changed the week of %(name)s"),
    sentence("gave up the list %(name)s"),
    sentence("held the list %(name)s"),
    sentence("kept the old content of the list %(name)s"),
    sentence("made a key for %(name)s"),
    sentence("made an account for %(name)s"),
    sentence("put back the list %(name)s"),
    sentence("released the list %(name)s"),
    sentence("removed the account of %(name)s"),
    sentence("took the new content of the list %(name)s"),
    sentence("tries new content of the list %(name)s"),
    sentence("tries no more the list %(name)s"),
)
_PATTERNS: Final = tuple(
    (re.compile(each.replace("%(name)s", r"(.+?)(?: \(\w+\))?")), each) for each in _ABOUT
)


def told(deed: str, say: Callable[[str], str]) -> str:
    """A deed in words. say: translates."""
    if deed in DEEDS:
        return say(deed)
    for pattern, words in _PATTERNS:
        if match := pattern.fullmatch(deed):
            return say(words) % {"name": f"{_ISOLATE}{match[1]}{_END}"}
    return deed
