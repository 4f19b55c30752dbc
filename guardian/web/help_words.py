"""What is said of those who help: beside each its languages, and how long ago it was checked."""

from datetime import date
from typing import Final

from guardian.safety.helplines import Helpline
from guardian.web.languages import Language
from guardian.web.languages import sentence as _

IN_DANGER: Final = _("Somebody is in danger now")
TO_TALK: Final = _("To talk to somebody")
TO_REPORT: Final = _("To report pictures of abuse, or somebody who presses children")
_CHECKED: Final = _("checked on %(day)s")
_OLD: Final = _("last checked on %(day)s, a while ago: see that it still holds")


def facts(service: Helpline, today: date, speaks: Language) -> list[str]:
    """When one is answered, in which languages, and when we saw that it is so."""
    tongues = speaks.tongues(service.languages) if service.languages else ""
    checked = speaks.say(_OLD if service.is_due(today) else _CHECKED)
    return [
        fact
        for fact in (service.hours, tongues, checked % {"day": speaks.day(service.checked)})
        if fact
    ]
