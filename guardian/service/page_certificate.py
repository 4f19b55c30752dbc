"""The certificate of the pages, as a page shows it, renews it and puts another in its place."""

import asyncio
from typing import TYPE_CHECKING

from guardian.service.certificate import BadCertificate
from guardian.settings.sections.web import Tls
from guardian.web.certificate import CertificateStatus

if TYPE_CHECKING:
    from guardian.service.control import Control
    from guardian.service.house import RunningHouse


class PageCertificate:
    """What `web.certificate.Certificate` promises, kept for `RunningHouse`."""

    def __init__(self, control: "Control", house: "RunningHouse") -> None:
        self._control = control
        self._house = house

    def status(self) -> CertificateStatus | None:
        found = self._control.certificates
        return found.status() if found is not None else None

    async def renew(self, who: str) -> None:
        found = self._control.certificates
        if found is None:
            raise BadCertificate("the pages are plain HTTP; write web.tls: own")
        await asyncio.to_thread(found.renew, self._house.settings)
        self._house.note(who, "renewed the certificate", "")
        self._house.touch()

    async def upload(self, chain: bytes, key: bytes, who: str) -> None:
        found = self._control.certificates
        if found is None or self._house.settings.web.tls is not Tls.OWN:
            raise BadCertificate("the certificate comes from elsewhere; write web.tls: own")
        await asyncio.to_thread(found.upload, chain, key, self._house.settings)
        self._house.note(who, "put a certificate in place", "")
        self._house.touch()

    def problems(self) -> list[str]:
        """What is wrong with it, a sentence each."""
        found = self._control.certificates
        return [found.problem] if found is not None and found.problem else []
