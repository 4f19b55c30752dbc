"""What is said of those who help: beside each its languages, and how long ago it was checked."""

from datetime import date
from typing import Final

from guardian.safety.helplines import Helpline
from guardian.web.languages import Language
from guardian.web.marked import sentence

IN_DANGER: Final = sentence("Somebody is in danger now")
TO_TALK: Final = sentence("To talk to somebody")
TO_REPORT: Final = sentence("To report pictures of abuse, or somebody who presses children")
_CHECKED: Final = sentence("checked on %(day)s")
_OLD: Final = sentence("last checked on %(day)s, a while ago: see that it still holds")


def facts(service: Helpline, today: date, speaks: Language) -> list[str]:
    """When one is answered, in which languages, and when we saw that it is so."""
    tongues = speaks.tongues(service.languages) if service.languages else ""
    checked = speaks.say(_OLD if service.is_due(today) else _CHECKED)
    return [
        fact
        for fact in (service.hours, tongues, checked % {"day": speaks.day(service.checked)})
        if fact
    ]
