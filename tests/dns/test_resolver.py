"""Policy meets an answer on its way out: whatever spelling it was asked in, whatever the hour."""

import asyncio
import socket
from collections.abc import Callable, Iterable

from dnslib import CNAME, QTYPE, RR, A, DNSRecord

from guardian.dns.listeners.udp import UdpListener
from guardian.dns.view import ANYTHING, FIRST_FREE_BIT, ILLEGAL, Asker, Schedule, Step, View
from guardian.names import from_wire
from tests.dns.house import BLOCKED, GAMES, NO, NOBODY, REAL, House, in_a_house

SOME_KIND = 1 << FIRST_FREE_BIT


def test_a_new_list_reaches_every_spelling_of_a_cached_name() -> None:
    schedule = Schedule([(0, View([Step(GAMES, NO)]))])
    spellings = ["play.example", "Play.Example"]

    async def story(house: House) -> None:
        house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
        await house.ask(spellings[0])
        await house.answers(*await house.asked())
        assert await house.heard() == REAL
        for _ in range(2):
            for spelling in spellings:
                await house.ask(spelling)
                assert await house.heard() == REAL
        house.resolver.swap(lambda _name, _qtype: ANYTHING | GAMES, NOBODY, [schedule])
        for spelling in spellings:
            await house.ask(spelling)
            assert await house.heard() == BLOCKED

    in_a_house(schedule, story)


def test_no_case_is_made_of_who_met_illegal_content() -> None:
    schedule = Schedule([(0, View([Step(ILLEGAL, NO), Step(GAMES, NO)]))])
    asker = Asker(schedule)

    async def story(house: House) -> None:
        udp = house.resolver.channels[-1]
        assert isinstance(udp, UdpListener)
        udp.askers[socket.inet_aton("127.0.0.1")] = asker
        everything_open(house, schedule)
        await house.ask("alias.example")
        await house.answers(*await house.asked())
        assert await house.heard() == REAL
        for bit, counted in ((ILLEGAL, 0), (GAMES, 3)):
            house.resolver.swap(all_are(ANYTHING | bit), NOBODY, [schedule])
            asker.blocked = 0
            for _ in range(3):  # the packet loop answers all but the first
                await house.ask("alias.example")
                assert await house.heard() == BLOCKED
            assert asker.blocked == counted

    in_a_house(schedule, story)


def test_an_alias_of_illegal_content_is_told_by_its_names_and_nobodys() -> None:
    """Both names are told of each block; nothing is counted for who asked, of no kind at all."""
    schedule = Schedule([(0, View([Step(ILLEGAL, NO), Step(GAMES, NO)]))])
    asker = Asker(schedule)
    met: list[tuple[str, int, list[str]]] = []

    def note(name: bytes, qtype: int, targets: Iterable[bytes]) -> None:
        met.append((from_wire(name), qtype, [from_wire(each) for each in targets]))

    def kinds(name: bytes, _qtype: int) -> int:
        return ILLEGAL if from_wire(name) == "far.example" else ANYTHING | SOME_KIND

    async def story(house: House) -> None:
        udp = house.resolver.channels[-1]
        assert isinstance(udp, UdpListener)
        udp.askers[socket.inet_aton("127.0.0.1")] = asker
        house.resolver.swap(kinds, NOBODY, [schedule])
        house.resolver.met = note
        house.resolver.told = {}
        await house.ask("alias.example")
        query, sender = await house.asked()
        reply = query.reply(ra=1, aa=0)
        reply.add_answer(RR("alias.example", QTYPE.CNAME, rdata=CNAME("far.example"), ttl=300))
        reply.add_answer(RR("far.example", QTYPE.A, rdata=A(REAL[0]), ttl=300))
        await asyncio.get_running_loop().sock_sendto(house.upstream, bytes(reply.pack()), sender)
        assert await house.heard() == BLOCKED
        for _ in range(3):
            await house.ask("alias.example")
            assert await house.heard() == BLOCKED
        await house.ask("far.example")
        assert await house.heard() == BLOCKED
        house.resolver.met = None
        await house.ask("far.example")
        assert await house.heard() == BLOCKED

    in_a_house(schedule, story)
    assert met == [("alias.example", 1, ["far.example"])] * 4 + [("far.example", 1, [])]
    assert (asker.blocked, asker.stopped, asker.seen) == (0, 0, 0)


def test_bedtime_that_comes_while_a_question_is_on_its_way_counts() -> None:
    schedule = Schedule([(0, View([])), (101, View([Step(ANYTHING, NO)]))])

    async def story(house: House) -> None:
        house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])
        await house.ask("news.example")
        query, sender = await house.asked()
        house.time = 101.0
        await house.answers(query, sender)
        assert await house.heard() == BLOCKED

    in_a_house(schedule, story)


def all_are(mask: int) -> Callable[[bytes, int], int]:
    """Every name is of this kind."""
    return lambda _name, _qtype: mask


def everything_open(house: House, schedule: Schedule) -> None:
    house.resolver.swap(lambda _name, _qtype: ANYTHING, NOBODY, [schedule])


def test_an_answer_counts_that_comes_after_its_time_out() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        await house.ask("slow.example")
        first = await house.asked()
        second = await house.asked()
        assert first[0].q == second[0].q
        await house.answers(*first)
        assert await house.heard() == REAL

    in_a_house(schedule, story)


def test_a_question_on_its_way_outlives_a_change_of_upstreams() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        await house.ask("slow.example")
        query = await house.asked()
        old, house.resolver.forwarder = house.resolver.forwarder, house.forwarder()
        assert old
        old.retire()
        await house.answers(*query)
        assert await house.heard() == REAL
        old.close()

    in_a_house(schedule, story)


def test_an_answer_in_other_letters_than_the_question_is_forged() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        await house.ask("a-long-name-in-mixed-letters.example")
        query, sender = await house.asked()
        spelt = str(query.q.qname)
        assert spelt != spelt.lower()
        forged = DNSRecord.question(spelt.lower())
        forged.header.id = query.header.id
        await house.answers(forged, sender, "203.0.113.66")
        query.q.qname = spelt
        await house.answers(query, sender)
        assert await house.heard() == REAL

    in_a_house(schedule, story, mixed_case=True)


def test_what_is_left_of_a_ttl_is_never_told_above_the_truth() -> None:
    schedule = Schedule([(0, View([]))])

    async def story(house: House) -> None:
        everything_open(house, schedule)
        told: list[tuple[int, int]] = []
        for second in (0, 0, 0, *range(1, 240), 245, 260, 299):
            house.time = 100.0 + second
            await house.ask("www.open.example")
            if not told:
                await house.answers(*await house.asked())
            wire = await asyncio.get_running_loop().sock_recv(house.client, 4096)
            told.append((300 - second, DNSRecord.parse(wire).rr[0].ttl))
        assert all(left * 63 / 64 - 1 <= ttl <= left for left, ttl in told)
        assert [ttl for _, ttl in told] == sorted((ttl for _, ttl in told), reverse=True)
        house.time = 401.0
        await house.ask("www.open.example")
        await house.answers(*await house.asked(), BLOCKED[0])
        assert await house.heard() == BLOCKED, "it is over, whatever step it was in"

    in_a_house(schedule, story)
