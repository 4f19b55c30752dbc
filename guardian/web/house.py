"""What pages ask of a running household, and do to it: the seam between pages and processes.

`service.house` keeps this promise for a real one. Deeds are in force before they return; each is
written into the journal under the name of who did it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

from guardian.errors import GuardianError
from guardian.lists.standing import SourceStatus
from guardian.policy.agreement import Agreement
from guardian.policy.budgets import Account as BudgetAccount
from guardian.policy.explain import Explanation
from guardian.policy.honesty import Bypass, Honesty
from guardian.policy.insight import Insight
from guardian.policy.people import Holder
from guardian.policy.requests import Answer, Kind
from guardian.policy.sightings import Sighting
from guardian.policy.timeline import OnDevice, Spell, Timeline
from guardian.policy.windows import Dates
from guardian.settings import Settings
from guardian.settings.endpoints import Address, Server
from guardian.store.appeals import Verdict
from guardian.store.channels import Channel, Channels
from guardian.store.household import Store
from guardian.store.illegal_hits import DayHits
from guardian.web.certificate import Certificate
from guardian.web.configuration import Configuration
from guardian.web.copies import Copies
from guardian.web.figures import Numbers
from guardian.web.own_addresses import OwnAddresses
from guardian.web.status import Status
from guardian.web.upstreams import Asked, Tried
from guardian.web.watching import Heard

if TYPE_CHECKING:  # it brings Babel, which control needs only for pages
    from guardian.web.languages import Language


class CannotWatch(GuardianError):
    """A device that cannot be watched; the message is a sentence that the catalogue knows."""

    exit_code: ClassVar[int] = 2


class NotThere(GuardianError):
    """Something that the household does not have: a watch, an own app, an own list."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """A device that asked.

    sighting: what was seen of it. owner: the name of a person or shared device, "" for nobody.
    addresses: all that it has now, as far as the network tells.
    """

    sighting: Sighting
    owner: str
    addresses: tuple[str, ...]

    @property
    def signs(self) -> tuple[str, ...]:
        """All that it is known by, the surest first."""
        seen = self.sighting
        signs = (seen.sign, seen.mac, seen.name, seen.address, *self.addresses)
        return tuple(dict.fromkeys(each for each in signs if each))


@dataclass(frozen=True, slots=True)
class Judged:
    """What would happen to a name.

    action: "allow", "block" or "rewrite". step: the one that decided, such as "WINDOW"; "" where
    none did. rule, category: what it went by; "" where there is none. list: the one that names it.
    until: aware. in_force: what holds at that time, and how long. steps: of the judgement, in
    order, each a sentence. says: what lists say of it, whatever decided.
    """

    qname: str
    action: str
    reason: str
    until: datetime | None
    steps: tuple[str, ...]
    step: str = ""
    rule: str = ""
    category: str = ""
    list: str = ""
    in_force: tuple[str, str] = ("", "")
    says: tuple["Says", ...] = ()


@dataclass(frozen=True, slots=True)
class Kindred:
    """A category, for people. about: a sentence. is_filled: whether a list in use names any."""

    id: str
    title: str
    about: str
    is_filled: bool


@dataclass(frozen=True, slots=True)
class Says:
    """One list's word on a name. list: its id. category: its title. version: "" if none is known.

    allows: whether it takes the name out of the category. line: what its line means: exact,
    subdomains, below or pattern. came: UTC, when this content came; None where that is not known.
    """

    list: str
    category: str
    version: str
    allows: bool
    line: str
    came: datetime | None


class Within(StrEnum):
    """How much of a service lies in a category."""

    MOSTLY = "mostly"  # half of its names and more: it does not work then
    PARTLY = "partly"


class House(Protocol):
    """A household that is running.

    store: what people changed. titles: category or service → title, in the household's language.
    timelines: by person; None: of devices nobody has named. code: opens the first run to whoever
    sees where guardian was started. changes: how often anything that pages show has changed.
    """

    code: str
    changes: int

    @property
    def store(self) -> Store: ...

    @property
    def is_away(self) -> bool:
        """Whether the store cannot be read: nobody can be known, and nothing be kept."""

    @property
    def settings(self) -> Settings: ...

    @property
    def timelines(self) -> Mapping[str | None, Timeline]: ...

    @property
    def spells(self) -> Sequence[Spell]:
        """Pauses, extra time and the like, as they are in force."""

    @property
    def configuration(self) -> Configuration: ...

    @property
    def certificate(self) -> Certificate: ...

    @property
    def copies(self) -> Copies: ...

    @property
    def own_addresses(self) -> OwnAddresses: ...

    def now(self) -> datetime:
        """The instant, UTC."""

    def titles(self, language: str) -> Mapping[str, str]:
        """Category or service → title."""

    def title(self, thing: str, language: str) -> str:
        """What people call a category or service; the id where it has no title."""

    def knows(self, thing: str) -> bool:
        """Whether this is a category or a service."""

    def lists(self) -> Sequence[SourceStatus]:
        """How each list stands."""

    def illegal_hits(self) -> Sequence[DayHits] | None:
        """How often illegal content was blocked on days that are over, the last one first.

        None where the household does not have it counted. For its owner alone.
        """

    def update_lists(self, who: str) -> None:
        """Fetch every list again, in the background."""

    def decide_list(self, wanted: str, content: str, who: str, *, take: bool) -> None:
        """Let new content of a list that waits count, or keep the old one.

        content: the SHA-256 of what the person saw. Raises GuardianError where nothing waits, or
        something else by now.
        """

    def try_list(self, wanted: str, content: str, devices: Sequence[str], who: str) -> None:
        """Let new content of a list that waits count on some devices alone; on none, for nobody.

        content: as in `decide_list`. devices: signs. Raises GuardianError likewise, and where the
        list is about illegal content.
        """

    async def put_list_back(self, wanted: str, number: int, who: str) -> None:
        """Put an earlier content of a list in force. Raises GuardianError where it is not kept."""

    def who_says(self, qname: str, language: str, *, may_know: bool) -> Sequence[Says] | None:
        """What lists say of a name; None where it is illegal content, of which nothing is told.

        may_know: whether who asks may be told of illegal content: an owner alone.
        """

    def status(self, language: "Language", people: Collection[str] | None = None) -> Status:
        """How the house stands. people: whom to tell of; None for everybody."""

    def numbers(self) -> Numbers:
        """What is counted of guardian itself."""

    def day(self, person: str, day: date) -> Timeline:
        """A person's day as it is compiled for real, with pauses, extra time and budgets."""

    def calendar(self, content: bytes) -> Sequence[tuple[str, Dates]]:
        """The whole-day events of a calendar file (.ics): titles and days. Raises GuardianError."""

    def insight(self, person: str) -> Insight | None:
        """How much is seen of somebody now, and soon; None of those who are not told."""

    def accounts(self) -> Mapping[str, Sequence[BudgetAccount]]:
        """How each person's budgets stand."""

    def seen(self) -> Sequence[Seen]:
        """The devices that asked lately, the last one first."""

    def honesty(self, signs: Sequence[str], asked: datetime | None) -> Honesty:
        """Whether the device with these signs asks guardian. asked: when it did last."""

    def begin_check(self) -> str:
        """A name that nobody has looked up, for a browser to look up."""

    def checked(self, label: str) -> tuple[str, str] | None:
        """Such a name by its first label, and who asked guardian for it, "" for nobody so far.

        None where there is none, or no more.
        """

    def tried(self) -> Sequence[Bypass]:
        """What devices tried lately in place of asking guardian."""

    def maker(self, mac: str) -> str:
        """Who made the device with a hardware address; "" where nobody here knows. Reads a file."""

    @property
    def channels(self) -> Channels:
        """On which parents are told what happens."""

    def can_notify(self) -> bool:
        """Whether what sends messages is installed."""

    def failing_channels(self) -> Mapping[int, str]:
        """Channel → why its last message did not arrive, a word of `store.channels.Problem`."""

    async def check_address(self, url: str) -> str:
        """Why an address of a channel cannot be used; "" where it can."""

    async def try_channel(self, channel: Channel) -> str:
        """Send a test; why it did not arrive, "" where it was taken."""

    def upstreams(self) -> Sequence[Asked]:
        """Everybody who looks up names for the house, and how they do."""

    async def try_upstream(self, server: Server) -> Tried:
        """Ask a resolver for a name, to see whether it answers from here."""

    async def addresses_of(self, name: str) -> tuple[Address, ...]:
        """The addresses of a server on the internet, as those who are asked now know them."""

    def watch(self, sign: str, minutes: int, site: str, who: str, address: str) -> str:
        """Watch what a device asks for; gives what the watch is called by. Raises CannotWatch.

        sign: one of those that the device is known by. site: what is to work for its owner; "" to
        see an app. address: of who wants it: an adult's device is watched from itself alone.
        """

    def watches(self) -> Sequence[Heard]:
        """The devices that are watched, or were lately, without their names."""

    def watched(self, sign: str, language: "Language") -> Heard | None:
        """What was seen of a device; it is kept for as long as somebody looks."""

    def stop_watch(self, sign: str, who: str) -> None:
        """Watch a device no longer; what was seen stays for the parent to choose."""

    def forget_watch(self, sign: str) -> None:
        """Watch a device no longer, and forget what was seen."""

    def watched_for(self, address: str) -> str | None:
        """For what the device at an address, or one of the same owner, is watched now: a site, ""
        for an app; None where nothing is.
        """

    def holder_at(self, address: str) -> Holder | None:
        """Who, or which shared device, asks from an address, told as for DNS; None for nobody's."""

    def in_force(self, client: str) -> Timeline:
        """What a device follows: its owner's timeline, with what is otherwise on the device.

        client: an address, or what a forwarder tells.
        """

    def explain(self, qname: str, timeline: Timeline, language: "Language") -> Explanation:
        """What DNS answers for a name now under a timeline, and why."""

    def judge(
        self,
        qname: str,
        person: str | None,
        at: datetime | None,
        language: "Language | None" = None,
        *,
        may_know: bool,
    ) -> Judged:
        """What would happen to a name. It reads files: ask in a thread. Raises GuardianError.
        may_know: as for `who_says`.

        language: of its sentences; English where none is given.
        """

    def within(self, service_id: str) -> Mapping[str, Within]:
        """The categories in which lists put names of a service."""

    def categories(self, language: str) -> Sequence[Kindred]:
        """All that can be blocked as a kind, by title."""

    def sites(self, qname: str) -> Sequence[str]:
        """What somebody may mean by a name: itself, and those above it that somebody registered.

        Empty where the public registers names under it: "co.uk".
        """

    def begin(self, spell: Spell, who: str) -> None:
        """Begin a pause, extra time or the like."""

    def end(self, kind: type[Spell], person: str | None, thing: str | None, who: str) -> None:
        """End one."""

    def set_on_device(self, spell: OnDevice, signs: Sequence[str], who: str, about: str) -> None:
        """Block a device, or give it extra time, in place of what was so on it.

        signs: all that it is known by. about: whose it is, or "".
        """

    def clear_device(self, signs: Sequence[str], who: str, about: str) -> None:
        """End what is so on a device for a while."""

    def tell_apart(self, new: str, known: str, who: str) -> None:
        """Remember that a new device is not the known one that it may be. Both by their sign."""

    def confuse(self, new: str, known: str, who: str) -> None:
        """Take that back."""

    def earn(self, person: str, thing: str | None, minutes: int, who: str) -> None:
        """Add minutes to somebody's budget of today; None: of everything."""

    def ask(self, person: str, kind: Kind, what: str, minutes: int) -> int:
        """Take a child's request; its number. Raises GuardianError that speaks to the child."""

    def agree(self, person: str, agreed: Agreement) -> None:
        """Keep what somebody and a parent have signed; its rules are in the configuration."""

    def read_news(self, person: str, keys: Sequence[str]) -> None:
        """Somebody has read what is new in their rules."""

    def answer(self, number: int, answer: Answer, because: str, who: str) -> None:
        """Answer a request. Raises GuardianError."""

    def appeal(self, person: str, qname: str, reason: str) -> bool:
        """Keep that a site is said to be wrongly closed; False where it waits already, or too much.

        person: "" for whoever uses a device without a name.
        """

    def decide_appeal(self, number: int, verdict: Verdict, because: str, who: str) -> None:
        """Say what comes of one; OPEN takes that back. Raises NotThere, ConfigError."""

    def take_back(self, number: int, who: str) -> None:
        """Take an answer to a request back, within its time. Raises GuardianError."""

    def refused(self, problem: Exception) -> None:
        """The disk refused to keep something: pages say so until it takes things again."""

    async def changed(self) -> None:
        """Return at the next change of anything that pages show."""
