"""Is the certificate of the pages good, and for how long?"""

from collections.abc import Iterator
from typing import Final

from guardian.service.certificate import BadCertificate, describe
from guardian.service.doctor.finding import DAY, Case, Finding, fail, lasted, ok, warn
from guardian.service.tls import FOLDER, IN_FORCE, TOLD_BEFORE
from guardian.settings.sections.web import Tls

_MEND: Final = "renew it under Settings, Certificate, or mend its files"


def check(case: Case) -> Iterator[Finding]:
    """The one in force, and the files of the next one, if they are named."""
    if case.settings is None or case.settings.web.tls is Tls.OFF:
        return
    file = case.state / FOLDER / IN_FORCE
    if case.settings.web.tls is Tls.FILES and case.settings.web.certificate is not None:
        file = case.settings.path.parent / case.settings.web.certificate
    try:
        found = describe(file.read_bytes())
    except OSError as problem:
        yield fail(f"{file}: the certificate cannot be read ({problem.strerror})", _MEND)
        return
    except BadCertificate as problem:
        yield fail(f"{file}: {problem}; the last good certificate stays in force", _MEND)
        return
    left = found.until - case.now
    if left <= DAY * 0:
        yield fail(f"the certificate of the pages was good until {found.until:%Y-%m-%d}", _MEND)
    elif left < TOLD_BEFORE:
        yield warn(f"the certificate of the pages is good for {lasted(left)} more", _MEND)
    else:
        yield ok(f"the certificate of the pages is good for {lasted(left)} more")
