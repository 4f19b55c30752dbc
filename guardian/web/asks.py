"""What children ask for, and how it was answered, in a parent's words."""

from collections.abc import Mapping
from typing import Final

from guardian.policy.requests import Answer, Kind, Request
from guardian.web.languages import Language
from guardian.web.marked import sentence

_OUTCOMES: Final[Mapping[tuple[Kind, Answer], str]] = {
    (Kind.NAME, Answer.ONCE): sentence("Yes, for an hour"),
    (Kind.TIME, Answer.ONCE): sentence("Yes, once"),
    (Kind.NAME, Answer.TONIGHT): sentence("Yes, until midnight"),
    (Kind.TIME, Answer.TONIGHT): sentence("Yes, until midnight"),
    (Kind.NAME, Answer.ALWAYS): sentence("Yes, always"),
    (Kind.NAME, Answer.NO): sentence("Not now"),
    (Kind.TIME, Answer.NO): sentence("Not now"),
}


def asked(request: Request, speaks: Language, titles: Mapping[str, str]) -> str:
    """A request as a sentence. titles: of categories and services, in that language."""
    if request.kind is Kind.NAME:
        return speaks.say("%(person)s asks for %(site)s") % {
            "person": request.person, "site": request.what,
        }  # fmt: skip
    said = {"person": request.person, "time": speaks.minutes(request.minutes)}
    if not request.what:
        return speaks.say("%(person)s asks for %(time)s more") % said
    said["thing"] = titles.get(request.what, request.what)
    return speaks.say("%(person)s asks for %(time)s more of %(thing)s") % said


def outcome(request: Request, speaks: Language) -> str:
    """How a request was answered."""
    return speaks.say(_OUTCOMES[request.kind, request.answer])
