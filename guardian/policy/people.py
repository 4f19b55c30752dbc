"""A household: its people, what each may do, and what holds for devices nobody has named yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from guardian.errors import GuardianError
from guardian.policy.budgets import Budget
from guardian.policy.devices import Device, KnownDevice, Network, SharedDevice
from guardian.policy.rules import BlockAnswer, Category, SafeSearch
from guardian.policy.windows import Dates, Weekday, Window


class AgeBand(StrEnum):
    UP_TO_5 = "0-5"
    FROM_6 = "6-8"
    FROM_9 = "9-12"
    FROM_13 = "13-15"
    FROM_16 = "16-17"
    ADULT = "adult"


_OLDEST: Final = (
    (5, AgeBand.UP_TO_5),
    (8, AgeBand.FROM_6),
    (12, AgeBand.FROM_9),
    (15, AgeBand.FROM_13),
    (17, AgeBand.FROM_16),
)


def band_of(years: int, majority: int = 18) -> AgeBand:
    """The band of an age. majority: the age from which somebody is an adult."""
    if years >= majority:
        return AgeBand.ADULT
    return next((band for oldest, band in _OLDEST if years <= oldest), AgeBand.FROM_16)


def age(born: date, day: date) -> int:
    """Years on a day. born: the first of the month of birth."""
    return day.year - born.year - (day.month < born.month)


class Privacy(StrEnum):
    """What parents see of a person's activity; each level shows what the one before it does.

    COUNTS: how much and when. CATEGORIES: of which categories and services too. BLOCKED: the names
    of what was blocked too. `privacy` says which is usual for an age.
    """

    COUNTS = "counts"
    CATEGORIES = "categories"
    BLOCKED = "blocked"


class Sex(StrEnum):
    """As somebody said it, for statistics alone."""

    FEMALE = "female"
    MALE = "male"


class WhenUnsure(StrEnum):
    """What becomes of somebody while guardian lacks a part that their rules need (`unsure`)."""

    STRICT = "strict"  # they wait
    OPEN = "open"  # they go on without it


class HouseholdKind(StrEnum):
    """Whose wish the rules are; it decides the Extended DNS Error of a block."""

    FAMILY = "family"
    SCHOOL = "school"
    PROVIDER = "provider"


EDE_OF_KIND: Final = {  # RFC 8914, sections 4.16 and 4.18
    HouseholdKind.FAMILY: 17,  # Filtered: the wish of the user's own side
    HouseholdKind.SCHOOL: 15,  # Blocked: the policy of who runs the network
    HouseholdKind.PROVIDER: 15,
}
EDE_ILLEGAL: Final = 16  # Censored: mandated from outside (RFC 8914, section 4.17)


class NobodyCalled(GuardianError):
    """A name that is nobody's, or no shared device's, in the household."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody may do.

    blocked: categories and services, at all hours. spares: services that stay open although a
    category in which they lie is blocked. allow_names, deny_names: qnames with all below
    them; the more specific one wins, deny where equal. allow_only: nothing else is open.
    deny_patterns: of names. deny_types: record types. deny_networks: of addresses in answers.
    when_unsure: None leaves it to the age: strict below 13 and for unknown devices.
    deny_homographs: names that look like another one. deny_new_names: names that nobody in the
    household has looked up before today.
    """

    name: str
    blocked: frozenset[str] = frozenset()
    spares: frozenset[str] = frozenset()
    allow_names: frozenset[str] = frozenset()
    deny_names: frozenset[str] = frozenset()
    deny_patterns: frozenset[str] = frozenset()
    deny_types: frozenset[int] = frozenset()
    deny_networks: frozenset[Network] = frozenset()
    deny_homographs: bool = False
    deny_new_names: bool = False
    allow_only: bool = False
    safe_search: frozenset[SafeSearch] = frozenset()
    windows: tuple[Window, ...] = ()
    budgets: tuple[Budget, ...] = ()
    block_answer: BlockAnswer = field(default_factory=BlockAnswer)
    when_unsure: WhenUnsure | None = None

    @property
    def stops(self) -> frozenset[str]:
        """The categories and services that it blocks, at whatever hour, or counts minutes of."""
        in_windows = (what for window in self.windows for what in window.blocks)
        blocked = self.blocked.union(each.id for each in in_windows if isinstance(each, Category))
        return blocked.union(each.category for each in self.budgets if each.category is not None)

    @property
    def mentioned(self) -> frozenset[str]:
        """The categories and services that it is about."""
        return self.stops.union(self.spares, *(window.spares for window in self.windows))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name that is theirs alone in the household.

    profile: None leaves everything open but illegal content.
    born: the first of the month of birth, if that is known; the band is as of today.
    privacy: what parents see of what they do.
    own_choice: whether they keep their rules as an adult. outgrown: whether these have ended.
    sex: None where it is not said.
    """

    name: str
    age_band: AgeBand
    profile: Profile | None = None
    devices: tuple[Device, ...] = ()
    born: date | None = None
    privacy: Privacy = Privacy.COUNTS
    own_choice: bool = False
    outgrown: bool = False
    sex: Sex | None = None


Holder = Person | SharedDevice
"""Who has devices: a person, or something that several people use."""


@dataclass(frozen=True, slots=True)
class Household:
    """Everybody under one roof, one clock and one kind of authority.

    country: ISO 3166-1 alpha-2, upper case. language: such as "en".
    majority: the age in years from which somebody is an adult there.
    essentials: whether what devices need to work stays open in windows and pauses.
    holidays: days without school. week_start: when budgets of a week begin anew.
    shared: what several people use. devices: those of which more is known than whose they are.
    profiles: all that the household knows, used or not.
    unknown: the profile of devices nobody has named yet; None leaves them open.
    notice: how long somebody is told before more is seen of them.
    statistics: whether it takes part in them.
    """

    zone: ZoneInfo
    people: tuple[Person, ...] = ()
    profiles: tuple[Profile, ...] = ()
    unknown: Profile | None = None
    kind: HouseholdKind = HouseholdKind.FAMILY
    country: str = ""
    language: str = "en"
    essentials: bool = True
    holidays: tuple[Dates, ...] = ()
    week_start: Weekday = Weekday.MON
    majority: int = 18
    shared: tuple[SharedDevice, ...] = ()
    devices: tuple[KnownDevice, ...] = ()
    notice: timedelta = timedelta(days=1)
    statistics: bool = False

    @property
    def holders(self) -> tuple[Holder, ...]:
        """All that devices belong to."""
        return (*self.people, *self.shared)

    def known(self, signs: Iterable[Device]) -> KnownDevice | None:
        """The device that has one of these signs; None where no more is known of it."""
        wanted = frozenset(signs)
        return next((each for each in self.devices if not wanted.isdisjoint(each.signs)), None)

    def count_devices(self, holder: Holder) -> int:
        """How many devices are somebody's; one with several signs is one."""
        theirs = frozenset(holder.devices)
        known = [theirs.intersection(each.signs) for each in self.devices]
        return len(theirs) - sum(len(signs) - 1 for signs in known if signs)

    @property
    def in_use(self) -> tuple[Profile, ...]:
        """The profiles of people, each object once: 100,000 people share a few."""
        found = {id(person.profile): person.profile for person in self.people}
        return tuple(each for each in found.values() if each is not None)

    @property
    def in_force(self) -> tuple[Profile, ...]:
        """The same, and that of devices nobody has named."""
        return self.in_use if self.unknown is None else (*self.in_use, self.unknown)

    @property
    def mentioned(self) -> frozenset[str]:
        """All categories and services that some profile is about."""
        known = [*self.profiles, *self.in_force]
        return frozenset[str]().union(*(each.mentioned for each in known))

    def called(self, name: str) -> Person:
        """The person of that name. Raises NobodyCalled."""
        found = next((person for person in self.people if person.name == name), None)
        if found is None:
            known = ", ".join(person.name for person in self.people)
            raise NobodyCalled(f'nobody is called "{name}"; there are {known}')
        return found

    def shared_device(self, name: str) -> SharedDevice:
        """The shared device of that name. Raises NobodyCalled."""
        found = next((device for device in self.shared if device.name == name), None)
        if found is None:
            known = ", ".join(device.name for device in self.shared) or "none"
            raise NobodyCalled(f'no shared device is called "{name}"; there are: {known}')
        return found
