"""Addresses of their own for devices: made, revoked, and written into profiles."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.policy.devices import read_sign
from guardian.service import device_address
from guardian.service.certificate import BadCertificate
from guardian.store.accounts import key_of
from guardian.web.own_addresses import Given, NoAddress

if TYPE_CHECKING:
    from guardian.service.control import Control
    from guardian.service.house import RunningHouse


class HouseholdAddresses:
    """What `web.own_addresses.OwnAddresses` promises, kept for `RunningHouse`."""

    def __init__(self, control: "Control", house: "RunningHouse", state: Path) -> None:
        self._control = control
        self._house = house
        self._state = state

    def is_offered(self) -> bool:
        return self._house.settings.encrypted.knows_devices

    def since(self, signs: Sequence[str]) -> datetime | None:
        sign = device_address.sign_for(signs, self._house.settings.household)
        found = (each.made for each in self._house.store.addresses.all() if each.sign == sign)
        return next(found, None)

    def make(self, signs: Sequence[str], who: str) -> Given:
        house = self._house
        if not self.is_offered():
            raise NoAddress("encrypted DNS has no name here; write encrypted: with name and tls")
        secret = house.store.addresses.make(self._sign(signs), who, house.now())
        self._done(who, "gave a device an address of its own", signs)
        return device_address.given(secret, house.settings.encrypted, self._state)

    def revoke(self, signs: Sequence[str], who: str) -> None:
        if not self._house.store.addresses.revoke(self._sign(signs)):
            raise NoAddress("this device has no address of its own")
        self._done(who, "took a device's own address away", signs)

    def profile(self, signs: Sequence[str], title: str, secret: str) -> bytes:
        sign, key = self._sign(signs), key_of(secret)
        known = {each.key for each in self._house.store.addresses.all() if each.sign == sign}
        if key not in known:
            raise NoAddress("this is not the device's address, or no longer")
        address = device_address.given(secret, self._house.settings.encrypted, self._state)
        try:
            return device_address.profile(title, address, self._state)
        except OSError as error:
            raise BadCertificate(f"encrypted DNS has no certificate yet: {error}") from error

    def _sign(self, signs: Sequence[str]) -> str:
        sign = device_address.sign_for(signs, self._house.settings.household)
        if sign is None:
            raise NoAddress("this device is nobody's, or known by no more than its name")
        return sign

    def _done(self, who: str, deed: str, signs: Sequence[str]) -> None:
        household = self._house.settings.household
        devices = {*map(read_sign, signs)}
        people = [each.name for each in household.people if devices & {*each.devices}]
        self._house.note(who, deed, people[0] if len(people) == 1 else "")
        self._control.apply()
        self._house.touch()
