"""The way from the sensor to control: found again when control is started anew."""

import asyncio
import socket
from pathlib import Path

import pytest

from guardian.cli.sensor import News
from guardian.network.sensor.heard import Attempt, By, Heard
from guardian.service.sensed import PATH, ControlLine, SensorSocket

PHONE = Heard("da:11:22:33:44:55", By.DHCP, "linas-phone", "0123456789abcdef")


class Taken:
    """What control heard; a test waits for so many."""

    def __init__(self) -> None:
        self.found: list[Heard | Attempt] = []
        self._more = asyncio.Event()

    def __call__(self, heard: Heard | Attempt) -> None:
        self.found.append(heard)
        self._more.set()

    async def one_more(self) -> None:
        async with asyncio.timeout(30):
            await self._more.wait()
        self._more.clear()


async def heard_over_a_restart(state: Path) -> list[Heard | Attempt]:
    (state / "run").mkdir()
    taken = Taken()
    first = SensorSocket(taken, taken)
    first.open(state)
    line = ControlLine(state)
    line.connect()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.sendto(b"nonsense" * 200, str(state / PATH))
    assert line.tell(PHONE)
    await taken.one_more()
    first.close()
    assert not line.tell(PHONE)  # nobody is there
    second = SensorSocket(taken, taken)
    second.open(state)
    assert line.tell(PHONE)
    await taken.one_more()
    second.close()
    line.close()
    return taken.found


def test_control_that_is_started_anew_hears_again(tmp_path: Path) -> None:
    assert asyncio.run(heard_over_a_restart(tmp_path)) == [PHONE, PHONE]


@pytest.mark.parametrize("is_there", [True, False])
def test_news_is_told_once_while_somebody_hears_it(*, is_there: bool) -> None:
    told: list[Heard] = []
    now = [0.0]

    def tell(heard: Heard) -> bool:
        told.append(heard)
        return is_there

    news = News(tell, lambda: now[0])
    for _ in range(3):
        news.tell(PHONE)
    assert len(told) == (1 if is_there else 3)
    now[0] = 700.0  # control may be another one by now
    news.tell(PHONE)
    assert len(told) == (2 if is_there else 4)
