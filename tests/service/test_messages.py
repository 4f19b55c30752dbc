"""Frames arrive whole, in their order, however little the other side takes at a time."""

import os
import socket

import pytest

from guardian.service.messages import BrokenLink, Inbox, Outbox


def test_a_frame_is_finished_before_the_next_begins() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0)
        theirs.settimeout(0)
        outbox, inbox = Outbox(), Inbox()
        heard = []
        for number in range(3):
            outbox.put({"number": number, "text": "x" * 400_000})
            assert not outbox.flush(ours)
        for _ in range(10_000):
            heard += [message["number"] for message in inbox.read(theirs)]
            if outbox.flush(ours) and len(heard) == 3:
                break
        assert heard == [0, 1, 2]


def test_a_descriptor_may_be_closed_once_it_is_queued() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reading, writing = os.pipe()
        outbox, inbox = Outbox(), Inbox()
        outbox.put({"pipe": 1}, [writing])
        os.close(writing)
        assert outbox.flush(ours)
        assert list(inbox.read(theirs)) == [{"pipe": 1}]
        [received] = inbox.take_fds()
        os.write(received, b"through")
        os.close(received)
        assert os.read(reading, 20) == b"through"
        os.close(reading)


def test_nonsense_is_a_broken_link() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.send((7).to_bytes(4) + b"not any")
        with pytest.raises(BrokenLink):
            list(Inbox().read(theirs))
