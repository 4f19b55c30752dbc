"""guardian sensor: hear how the devices on a network call themselves, and tell guardian."""

import select
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Final, NoReturn, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.network.sensor.capture import Capture
from guardian.network.sensor.heard import By, Heard
from guardian.service.privileges import call_process, drop_capabilities, drop_privileges
from guardian.service.sensed import ControlLine

_SHUT_OUT: Final = (
    "guardian was started anew, and this user may not tell it; start the sensor again"
)
_AGAIN_SECONDS: Final = 600.0  # control may have been started anew meanwhile
_MOST: Final = 4096  # that are remembered


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
    captures = [_opened(each) for each in args.interface]
    line = ControlLine(state)
    try:
        line.connect()
    except OSError:
        raise CannotSense(f"no guardian runs with {state}; start it: guardian run") from None
    _give_up(args.user or state.owner())
    print(f"guardian hears names on {', '.join(args.interface)}. Ctrl-C stops it.", file=out)
    out.flush()
    news = News(line.tell, time.monotonic)
    try:
        _listen(captures, news)
    except KeyboardInterrupt:
        return 0


def _opened(interface: str) -> Capture:
    try:
        return Capture(interface)
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


def _listen(captures: list[Capture], news: "News") -> NoReturn:
    while True:
        ready, _, _ = select.select(captures, [], [])
        for capture in ready:
            try:
                for heard in capture.read():
                    news.tell(heard)
            except PermissionError:
                raise CannotSense(_SHUT_OUT) from None
            except OSError as problem:
                raise CannotSense(f"the network is gone ({problem.strerror})") from None


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
