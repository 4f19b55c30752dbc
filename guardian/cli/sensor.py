"""guardian sensor: hear how the devices on a network call themselves, see what goes past guardian,
and tell it.
"""

import select
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Final, NoReturn, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.network.sensor.capture import NAMES, Capture, understood
from guardian.network.sensor.heard import Attempt, By, Heard
from guardian.network.sensor.watch import Watch
from guardian.policy.honesty import Kind
from guardian.safety import resolver_addresses
from guardian.service.privileges import call_process, drop_capabilities, drop_privileges
from guardian.service.sensed import ControlLine

_SHUT_OUT: Final = (
    "guardian was started anew, and this user may not tell it; start the sensor again"
)
_AGAIN_SECONDS: Final = 600.0  # control may have been started anew meanwhile
_MOST: Final = 4096  # that are remembered
_TALLY_SECONDS: Final = 5.0  # between two lines about what one device tries again and again
_MOST_TRIED: Final = 1024  # devices and kinds in that time


class CannotSense(GuardianError):
    """Without an interface, a right, or a guardian to tell."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "interface", nargs="+", help="where the house's devices are, such as eth0 or br-lan"
    )
    parser.add_argument("--user", help="whom to become; default: the owner of the state folder")
    add_place_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Open what needs rights, give these up, and listen until Ctrl-C."""
    state = args.state.resolve()
    del args.state  # what listens changes nothing that a running guardian should look at
    ears = [_Ear(each) for each in args.interface]
    line = ControlLine(state)
    try:
        line.connect()
    except OSError:
        raise CannotSense(f"no guardian runs with {state}; start it: guardian run") from None
    _give_up(args.user or state.owner())
    print(f"guardian hears names on {', '.join(args.interface)}. Ctrl-C stops it.", file=out)
    out.flush()
    news, tally = News(line.tell, time.monotonic), Tally(line.tell, time.monotonic)
    try:
        _listen(ears, news, tally)
    except KeyboardInterrupt:
        return 0


class _Ear:
    """What is open on an interface."""

    def __init__(self, interface: str) -> None:
        try:
            self.names = Capture(interface, NAMES)
            self.watch = Watch(interface, resolver_addresses.networks(), time.monotonic())
        except PermissionError:
            raise CannotSense("hearing a network needs root, or the right CAP_NET_RAW") from None
        except OSError as problem:
            why = problem.strerror or problem
            raise CannotSense(f"{interface} cannot be heard ({why}); see: ip link") from None


def _give_up(user: str) -> None:
    call_process("guardian-sensor")
    try:
        drop_privileges(user)
    except KeyError:
        raise CannotSense(f'there is no user "{user}"; name one with --user') from None
    drop_capabilities()


def _listen(ears: list[_Ear], news: "News", tally: "Tally") -> NoReturn:
    open_ = [each for ear in ears for each in (ear.names, ear.watch)]
    while True:
        ready, _, _ = select.select(open_, [], [], tally.seconds_left())
        try:
            for each in ready:
                if isinstance(each, Watch):
                    for attempt in each.read(time.monotonic()):
                        tally.add(attempt)
                else:
                    for frame in each.read():
                        heard = understood(frame)
                        if heard is not None and heard.says_something:
                            news.tell(heard)
            tally.tell_due()
        except PermissionError:
            raise CannotSense(_SHUT_OUT) from None
        except OSError as problem:
            raise CannotSense(f"the network is gone ({problem.strerror})") from None


class Tally:
    """Tells what is tried, a line for each device and kind every few seconds; the first at once."""

    def __init__(self, tell: Callable[[Attempt], bool], seconds: Callable[[], float]) -> None:
        self._tell, self._seconds = tell, seconds
        self._times: dict[tuple[str, Kind], int] = {}
        self._told_at = -_TALLY_SECONDS

    def add(self, attempt: Attempt) -> None:
        """Count it."""
        key = attempt.mac, attempt.kind
        if key in self._times or len(self._times) < _MOST_TRIED:
            self._times[key] = self._times.get(key, 0) + attempt.times

    def seconds_left(self) -> float | None:
        """Until there is something to tell; None while there is nothing."""
        if not self._times:
            return None
        return max(0.0, self._told_at + _TALLY_SECONDS - self._seconds())

    def tell_due(self) -> None:
        """Tell what is due. What nobody hears is counted on."""
        if self.seconds_left() != 0.0:
            return
        self._told_at = self._seconds()
        for (mac, kind), times in [*self._times.items()]:
            if self._tell(Attempt(mac, kind, times)):
                del self._times[mac, kind]


class News:
    """Tells each thing once, and now and then again."""

    def __init__(self, tell: Callable[[Heard], bool], seconds: Callable[[], float]) -> None:
        self._tell, self._seconds = tell, seconds
        self._told: dict[tuple[str, By], tuple[Heard, float]] = {}

    def tell(self, heard: Heard) -> None:
        """Tell it if it is news."""
        key, now = (heard.mac, heard.by), self._seconds()
        before = self._told.get(key)
        if before is not None and before[0] == heard and now - before[1] < _AGAIN_SECONDS:
            return
        if self._tell(heard):
            self._told.pop(key, None)
            self._told[key] = heard, now
            while len(self._told) > _MOST:
                del self._told[next(iter(self._told))]
