"""Are the certificates of the pages and of encrypted DNS good, and for how long?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from guardian.service.certificate import BadCertificate, describe
from guardian.service.doctor.finding import DAY, Case, Finding, fail, lasted, ok, warn
from guardian.service.encrypted import FOLDER as ENCRYPTED_FOLDER
from guardian.service.encrypted import wish_of
from guardian.service.tls import FOLDER, IN_FORCE, TOLD_BEFORE, check_secret
from guardian.settings.sections.web import Tls

_MEND: Final = "renew it under Settings, Certificate, or mend its files"
_MEND_FILES: Final = "mend the files that encrypted: names, or leave them out for guardian's own"


def check(case: Case) -> Iterator[Finding]:
    """Those in force, or the files of the next ones, where they are named."""
    settings = case.settings
    if settings is None:
        return
    if settings.web.tls is not Tls.OFF:
        file = case.state / FOLDER / IN_FORCE
        if settings.web.tls is Tls.FILES and settings.web.certificate is not None:
            file = settings.path.parent / settings.web.certificate
        yield from _of(file, "the pages", _MEND, case)
    if settings.encrypted.is_on:
        wish = wish_of(settings)
        file = wish.files[0] if wish.files else case.state / ENCRYPTED_FOLDER / IN_FORCE
        try:
            check_secret(wish.files[-1] if wish.files else file)
        except BadCertificate as problem:
            yield fail(str(problem), _MEND_FILES)
        except OSError:  # told below, if it is the certificate's file too
            pass
        yield from _of(file, "encrypted DNS", _MEND_FILES, case)


def _of(file: Path, whose: str, mend: str, case: Case) -> Iterator[Finding]:
    try:
        found = describe(file.read_bytes())
    except OSError as problem:
        yield fail(f"{file}: the certificate cannot be read ({problem.strerror})", mend)
        return
    except BadCertificate as problem:
        yield fail(f"{file}: {problem}; the last good certificate stays in force", mend)
        return
    left = found.until - case.now
    if left <= DAY * 0:
        yield fail(f"the certificate of {whose} was good until {found.until:%Y-%m-%d}", mend)
    elif left < TOLD_BEFORE:
        yield warn(f"the certificate of {whose} is good for {lasted(left)} more", mend)
    else:
        yield ok(f"the certificate of {whose} is good for {lasted(left)} more")
