"""What is legal in a configuration and still worth a second look."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Final

from guardian.lists.bundled import folder
from guardian.policy import growing
from guardian.policy.devices import Mac
from guardian.policy.people import Profile
from guardian.policy.rules import Category
from guardian.policy.windows import Season, Weekday, Window
from guardian.settings import bundled
from guardian.settings.endpoints import Address, Endpoint
from guardian.settings.sections.lists import ListKind
from guardian.settings.sections.network import Listen
from guardian.settings.settings import Settings

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
HTTP_PORT: Final = 80


def notes(
    settings: Settings, blocklists: Path | None = None, today: date | None = None
) -> Iterator[str]:
    """Sentences for whoever wrote the file; blocklists, today: as for `load`."""
    yield from settings.remarks
    for profile in settings.household.profiles:
        yield from _overlaps(profile)
        yield from _without_a_list(profile, settings, blocklists or folder())
        yield from _without_a_page(profile, settings)
    yield from _unused_profiles(settings)
    yield from growing.told(settings.household, today or datetime.now(UTC).date())
    yield from _outgrown(settings)
    yield from _changing_addresses(settings)
    yield from _out_of_reach(settings.listen)


def _overlaps(profile: Profile) -> Iterator[str]:
    for (one_at, one), (other_at, other) in combinations(enumerate(profile.windows), 2):
        common = _minutes(one) & _minutes(other)
        both_at_times = one.dates is None and other.dates is None
        both_at_times &= {one.season, other.season} != {Season.TERM, Season.HOLIDAYS}
        if common and both_at_times:
            yield (
                f"profiles.{profile.name}.windows[{one_at}] ({one.kind}) and "
                f"windows[{other_at}] ({other.kind}) overlap, first on {_when(common)}; "
                "both hold then"
            )


def _minutes(window: Window) -> set[int]:
    """Minutes of the week, from Monday 00:00, in which a window holds."""
    start = window.start.hour * 60 + window.start.minute
    end = window.end.hour * 60 + window.end.minute
    length = (end - start - 1) % DAY + 1
    return {(day * DAY + start + minute) % WEEK for day in window.days for minute in range(length)}


def _when(minutes: set[int]) -> str:
    """The first unbroken stretch of some minutes of the week: "mon from 15:00 to 16:00"."""
    starts = [minute for minute in minutes if (minute - 1) % WEEK not in minutes]
    start = min(starts, default=0)
    end = start
    while end % WEEK in minutes and end < start + WEEK:
        end += 1
    day = Weekday(start // DAY).name.lower()
    return f"{day} from {_clock(start)} to {_clock(end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _without_a_list(profile: Profile, settings: Settings, blocklists: Path) -> Iterator[str]:
    """A category that nothing fills blocks nothing, whatever the profile says."""
    folders = bundled.categories(blocklists)
    filled = {folders[each] for each in settings.lists.bundled if each in folders}
    filled |= {each.category for each in settings.lists.sources if each.kind is ListKind.BLOCK}
    in_windows = {
        what.id
        for window in profile.windows
        for what in window.blocks
        if isinstance(what, Category)
    }
    for category in sorted((profile.blocked | in_windows) - filled - settings.services.known()):
        yield (
            f'profiles.{profile.name} blocks "{category}", and no list that is used names anything '
            "of it; add one under lists"
        )


def _without_a_page(profile: Profile, settings: Settings) -> Iterator[str]:
    """Blocked names may lead to a page of somebody else's; more often it was forgotten."""
    for address in profile.block_answer.addresses:
        pages = [each for each in settings.listen.block if each.port == HTTP_PORT]
        if not any(each.address == address or _is_any(each, address) for each in pages):
            yield (
                f"profiles.{profile.name} leads blocked names to {address}, and no block page of "
                f'guardian\'s is there; add "{Endpoint(address, HTTP_PORT)}" to listen.block, '
                "unless something else answers there"
            )


def _is_any(listener: Endpoint, address: Address) -> bool:
    """Whether something listens at all addresses of a family."""
    return listener.address.is_unspecified and listener.address.version == address.version


def _out_of_reach(listen: Listen) -> Iterator[str]:
    """The block page leads to the pages: there is the child's own, where they can ask."""
    if listen.web.address.is_loopback and not all(
        each.address.is_loopback for each in listen.block
    ):
        yield (
            f"the block page is in the network and listen.web is not ({listen.web}), so children "
            "cannot come to their own page; give it an address of this machine in the network"
        )


def _outgrown(settings: Settings) -> Iterator[str]:
    for person in settings.household.people:
        if person.outgrown:
            yield (
                f"{person.name} is of age, and the rules written for them hold no more; take them "
                "out, or write own_choice: true where they chose to keep them"
            )


def _unused_profiles(settings: Settings) -> Iterator[str]:
    household = settings.household
    used = {each.profile for each in household.people} | {household.unknown}
    for profile in household.profiles:
        if profile not in used:
            yield f"profiles.{profile.name} is nobody's"


def _changing_addresses(settings: Settings) -> Iterator[str]:
    for holder in settings.household.holders:
        for device in holder.devices:
            # The second bit of a hardware address marks one that was not given by the maker.
            if isinstance(device, Mac) and int(device.text[:2], 16) & 2:
                yield (
                    f"{holder.name}'s {device.text} is a private Wi-Fi address, which the device "
                    "may change; switch that off for this network, or use the device's name"
                )
