"""Ask the DNS at 127.0.0.1 port 53 the same again and again until the input ends; then say how many
questions were asked, how many had no answer in five seconds, and the longest wait in milliseconds.

For a machine under test, whose Python runs it: nothing but the standard library.
"""

import select
import socket
import struct
import sys
import time

_PAUSE = 0.005
_PATIENCE = 5.0  # as long as a resolver library waits (resolv.conf(5))
_QUESTION = b"\x09localhost\x00\x00\x01\x00\x01"

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(("127.0.0.1", 53))
sent: dict[int, float] = {}
asked = lost = 0
longest, ends = 0.0, None
while ends is None or (sent and time.monotonic() < ends):
    now = time.monotonic()
    if ends is None:
        asked += 1
        number = asked % 65536
        lost += number in sent
        sent[number] = now
        sock.send(struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + _QUESTION)
        if select.select([sys.stdin], [], [], 0)[0]:
            ends = now + _PATIENCE
    next_one = now + _PAUSE
    while select.select([sock], [], [], max(0.0, next_one - time.monotonic()))[0]:
        try:
            number = struct.unpack(">H", sock.recv(512)[:2])[0]
        except ConnectionRefusedError:  # nobody has the port
            break
        waited = time.monotonic() - sent.pop(number, time.monotonic())
        longest = max(longest, waited)
        lost += waited > _PATIENCE
sys.stdout.write(f"{asked} {lost + len(sent)} {round(longest * 1000)}\n")
