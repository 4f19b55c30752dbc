"""Both sides of a signed conversation; that others sign alike is for `test_primaries` to show."""

import pytest
from dnslib import RR

from guardian.lists.transfer import message as dns
from guardian.lists.transfer.tsig import Algorithm, BadSignature, Conversation, Key
from tests.lists.transfer.conftest import blocks, message

KEY = Key("key.test", Algorithm.SHA256, b"secret" * 6)
NOW = 1_796_000_000


def asked(key: Key = KEY) -> tuple[Conversation, Conversation]:
    """Who asked, and who heard it."""
    asking, answering = Conversation(key), Conversation(KEY)
    answering.hear(dns.read(asking.sign(dns.query(7, "rpz.example", dns.SOA), NOW)), NOW)
    return asking, answering


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_each_algorithm(algorithm: Algorithm) -> None:
    key = Key("key.test", algorithm, b"secret")
    one, other = Conversation(key), Conversation(key)
    other.hear(dns.read(one.sign(dns.query(7, "rpz.example", dns.SOA), NOW)), NOW)
    other.finish()


def test_an_answer_goes_with_its_question() -> None:
    asking, answering = asked()
    asking.hear(dns.read(answering.sign(message(7, []), NOW)), NOW)
    asking.finish()
    other, _ = asked()
    other.sign(dns.query(7, "rpz.example", dns.AXFR), NOW)
    with pytest.raises(BadSignature, match="wrong"):
        other.hear(dns.read(answering.sign(message(7, []), NOW)), NOW)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (Key("key.test", Algorithm.SHA256, b"another"), "wrong"),
        (Key("other.test", Algorithm.SHA256, KEY.secret), "another key"),
        (Key("key.test", Algorithm.SHA512, KEY.secret), "another key or algorithm"),
    ],
)
def test_another_key(key: Key, why: str) -> None:
    with pytest.raises(BadSignature, match=why):
        asked(key)


def test_a_changed_message() -> None:
    asking, answering = asked()
    signed = bytearray(answering.sign(message(7, [blocks("bad.test")]), NOW))
    signed[15] ^= 1
    with pytest.raises(BadSignature, match="meddles"):
        asking.hear(dns.read(bytes(signed)), NOW)


@pytest.mark.parametrize(("late", "fine"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_clocks_that_differ(late: int, *, fine: bool) -> None:
    asking, answering = asked()
    reply = dns.read(answering.sign(message(7, []), NOW + late))
    if fine:
        asking.hear(reply, NOW)
        return
    with pytest.raises(BadSignature, match="clock"):
        asking.hear(reply, NOW)


def test_an_unsigned_beginning_or_end() -> None:
    asking, answering = asked()
    with pytest.raises(BadSignature, match="not signed"):
        asking.hear(dns.read(message(7, [])), NOW)
    asking, answering = asked()
    asking.hear(dns.read(answering.sign(message(7, []), NOW)), NOW)
    asking.hear(dns.read(message(7, [])), NOW)
    with pytest.raises(BadSignature, match="end"):
        asking.finish()


def test_too_many_unsigned_ones() -> None:
    asking, answering = asked()
    asking.hear(dns.read(answering.sign(message(7, []), NOW)), NOW)
    record: list[RR] = []
    for _ in range(99):
        asking.hear(dns.read(message(7, record)), NOW)
    with pytest.raises(BadSignature, match="not signed"):
        asking.hear(dns.read(message(7, record)), NOW)
