"""What devices tried: counted by day and kind, known again after a restart, and forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from guardian.policy.honesty import QUIET, Bypass, Honesty, Kind, State, judged
from guardian.safety.services import Catalogue
from guardian.service.tried import Tries, ways_around
from guardian.store.attempts import KEPT
from guardian.store.household import Store

NOW = datetime(2026, 11, 26, 17, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PHONE = "da:11:22:33:44:55"


def test_it_is_counted_written_and_known_again() -> None:
    store, tries = Store.in_memory(), Tries()
    assert tries.take(PHONE, Kind.DNS, 3, NOW)
    assert not tries.take(PHONE, Kind.DNS, 4, NOW + MINUTE)  # no news
    tries.take(PHONE, Kind.VPN, 1, NOW)
    tries.write(store.attempts, NOW.date())
    tries.written()
    tries.write(store.attempts, NOW.date())  # there is nothing new
    tries.take(PHONE, Kind.DNS, 2, NOW + 2 * MINUTE)
    tries.write(store.attempts, NOW.date())
    dns = Bypass(PHONE, Kind.DNS, 9, NOW + 2 * MINUTE)
    vpn = Bypass(PHONE, Kind.VPN, 1, NOW)
    assert store.attempts.since(NOW - DAY) == [dns, vpn]
    assert store.attempts.of(["other"], NOW - DAY) == []
    again = Tries()
    again.remember(store.attempts.since(NOW - DAY))
    assert again.of(["10.0.0.2", PHONE]) == tries.of([PHONE]) == [vpn, dns]
    assert again.lately(NOW + 2 * DAY) == []
    store.close()


def test_nothing_is_kept_longer_than_said() -> None:
    store, tries = Store.in_memory(), Tries()
    tries.take(PHONE, Kind.DNS, 1, NOW)
    tries.write(store.attempts, NOW.date())
    store.expire(NOW + KEPT)
    assert store.attempts.since(NOW)
    store.expire(NOW + KEPT + MINUTE)
    assert store.attempts.since(NOW) == []
    store.close()


def test_made_up_addresses_fill_nothing() -> None:
    tries = Tries()
    for number in range(6000):
        tries.take(f"02:00:00:00:{number // 256:02x}:{number % 256:02x}", Kind.DNS, 1, NOW)
    assert len(tries.lately(NOW)) == 4096
    tries.take(PHONE, Kind.DNS, 1, NOW + 2 * DAY)  # those of old make room
    assert len(tries.lately(NOW + 2 * DAY)) == 1


def test_a_copy_of_the_household_holds_none_of_it() -> None:
    store, tries = Store.in_memory(), Tries()
    tries.take(PHONE, Kind.DNS, 1, NOW)
    tries.write(store.attempts, NOW.date())
    assert PHONE.encode() not in store.copy()
    store.close()


def test_services_that_lead_around_count_like_the_category() -> None:
    assert ways_around({"nordvpn", "youtube"}, Catalogue()) == {"bypass", "nordvpn"}


def tried(kind: Kind, ago: timedelta = MINUTE) -> Bypass:
    return Bypass(PHONE, kind, 1, NOW - ago)


@pytest.mark.parametrize(
    ("asked", "heard", "seen", "state", "because"),
    [
        (MINUTE, None, (), State.ASKS, None),
        (QUIET, MINUTE, (), State.SILENT, None),
        (None, MINUTE, (), State.SILENT, None),
        (QUIET, None, (), State.AWAY, None),
        (None, QUIET, (), State.AWAY, None),
        # It may ask guardian too: what goes past it is said first.
        (MINUTE, MINUTE, (Kind.DNS,), State.ELSEWHERE, Kind.DNS),
        (MINUTE, MINUTE, (Kind.ENCRYPTED, Kind.DNS), State.ELSEWHERE, Kind.ENCRYPTED),
        (MINUTE, MINUTE, (Kind.DNS, Kind.VPN), State.HIDDEN, Kind.VPN),
        (MINUTE, MINUTE, (Kind.NAMES,), State.HIDDEN, Kind.NAMES),
        # A second DHCP server is no way around for itself.
        (MINUTE, MINUTE, (Kind.DHCP,), State.ASKS, None),
    ],
)
def test_what_is_said_of_a_device(
    asked: timedelta | None,
    heard: timedelta | None,
    seen: tuple[Kind, ...],
    state: State,
    because: Kind | None,
) -> None:
    found = judged(
        NOW - asked if asked else None, NOW - heard if heard else None, map(tried, seen), NOW
    )
    assert found.state is state
    assert (found.because.kind if found.because else None) is because


def test_what_was_long_ago_is_said_no_more() -> None:
    assert judged(NOW, None, [tried(Kind.VPN, DAY + MINUTE)], NOW) == Honesty(State.ASKS)
