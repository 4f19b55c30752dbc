"""A flood of queries for names that nobody has asked for, which waits for no answer.

dnsperf waits for each query, and slows down where many are lost; what comes here does not. Run as a
program: `python -m benchmarks.flood PORT RATE SECONDS RUN ZONE`; it prints two numbers.
"""

import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.probe import LOOPBACK
from guardian.dns.batch import PLACES, SLOTS, ConnectedBatch
from guardian.names import to_wire

SOCKETS: Final = 32
_TICK: Final = 0.002  # seconds
_A_IN: Final = b"\0\1\0\1"
_HEAD: Final = b"\1\0\0\1\0\0\0\0\0\0\x08"  # RD, one question, whose first label has 8 letters
_NOERROR: Final = 0


@dataclass(frozen=True, slots=True)
class Flood:
    """sent, answered: queries a second; an answer is one that the upstream gave."""

    sent: float
    answered: float


def flood(port: int, rate: float, seconds: float, run: int, zone: str, core: int) -> Flood:
    """So many queries a second from another process. Raises RuntimeError where it fails."""
    words = [str(port), f"{rate:.0f}", f"{seconds:g}", str(run), zone]
    command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.flood", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the flood ended with {done.returncode}: {done.stderr[-300:]}")
    sent, answered = map(int, done.stdout.split())
    return Flood(sent / seconds, answered / seconds)


def pour(port: int, rate: float, seconds: float, run: int, zone: str) -> tuple[int, int]:
    """How many were sent, and how many were answered before the end."""
    batch, sent, answered = ConnectedBatch(), 0, 0
    end_of_name = to_wire(zone) + _A_IN
    kind = socket.SOCK_DGRAM | socket.SOCK_NONBLOCK
    socks = [socket.socket(socket.AF_INET, kind) for _ in range(SOCKETS)]
    for sock in socks:
        sock.connect((LOOPBACK, port))
    begun, turn = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds:
        due = int(passed * rate)
        while sent < due:
            last = min(due, sent + SLOTS)
            batch.send_all(
                socks[turn % SOCKETS],
                [
                    b"%c%c%b%03x%05x%b"
                    % (number >> 8 & 255, number & 255, _HEAD, run, number, end_of_name)
                    for number in range(sent, last)
                ],
            )
            sent, turn = last, turn + 1
        for sock in socks:
            answered += _good(batch, sock)
        time.sleep(_TICK)
    for sock in socks:
        sock.close()
    return sent, answered


def _good(batch: ConnectedBatch, sock: socket.socket) -> int:
    """How many answers wait at a socket."""
    good = 0
    while count := batch.receive(sock):
        rcodes = (batch.memory[place.start + 3] & 15 for place in PLACES[:count])
        good += sum(rcode == _NOERROR for rcode in rcodes)
    return good


if __name__ == "__main__":
    port, rate, seconds, run, zone = sys.argv[1:]
    print(*pour(int(port), float(rate), float(seconds), int(run), zone))
