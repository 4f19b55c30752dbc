"""Does DNS answer: ours where we listen, and those whom we ask?"""

from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Final

from guardian.dns.streams.once import NoAnswer as Silent
from guardian.service.doctor.finding import Case, Finding, fail, ok, warn
from guardian.service.trying import mend, try_server
from guardian.settings.endpoints import Endpoint

if TYPE_CHECKING:
    from dnslib import DNSRecord

_SECONDS: Final = 2.0
_SLOW: Final = 300  # milliseconds
_UDP_BYTES: Final = 1232


class NoAnswer(Exception):
    """A question without an answer; the text says why."""


def own(case: Case) -> Iterator[Finding]:
    """A real question to each address at which guardian listens, over UDP and TCP."""
    if case.settings is None:
        return
    for endpoint in case.settings.listen.dns:
        for transport in ("UDP", "TCP"):
            where = f"{endpoint} over {transport}"
            try:
                took = ask(endpoint.from_here, "localhost", "A", tcp=transport == "TCP")
            except NoAnswer as problem:
                mend = (
                    "see guardian's log"
                    if case.runs
                    else "start guardian run; nothing runs with this state folder"
                )
                yield fail(f"nobody answers at {where} ({problem})", mend)
            else:
                yield ok(f"guardian answers at {where} in {took} ms")


def upstreams(case: Case) -> Iterator[Finding]:
    """A question to everybody who is asked for names; for "." or a name of their own."""
    if case.settings is None:
        return
    asked = [(each, "", "NS") for each in case.settings.upstreams]
    asked += [
        (each, forward.suffix, "SOA")
        for forward in case.settings.forwards
        for each in forward.upstreams
    ]
    asked += [(each, "", "NS") for own in case.settings.own_upstreams.values() for each in own]
    for server, qname, qtype in asked:
        whom = f"{server}, asked for {qname}," if qname else f"{server}"
        try:
            took = try_server(case.settings, server, qname, qtype, _SECONDS)
        except Silent as problem:
            why = str(problem)
            mended = mend(case.settings, server, qname, qtype, why)
            yield fail(f"{whom} does not answer ({why})", mended)
        else:
            said = f"{whom} answers in {took} ms"
            yield ok(said) if took < _SLOW else warn(said, "a nearer one would be faster")


def ask(endpoint: Endpoint, qname: str, qtype: str, *, tcp: bool = False) -> int:
    """Milliseconds until an answer, whatever it says. Raises NoAnswer."""
    begun = monotonic()
    exchange(endpoint, qname, qtype, tcp=tcp)
    return round((monotonic() - begun) * 1000)


def exchange(endpoint: Endpoint, qname: str, qtype: str, *, tcp: bool = False) -> "DNSRecord":
    """The answer to a question, whatever it says. Raises NoAnswer."""
    from dnslib import EDNS0, RCODE, DNSError, DNSRecord

    query = DNSRecord.question(qname, qtype)
    query.add_ar(EDNS0(udp_len=_UDP_BYTES))
    try:
        wire = query.send(
            str(endpoint.address),
            endpoint.port,
            tcp=tcp,
            timeout=_SECONDS,
            ipv6=endpoint.address.version == 6,
        )
        reply = DNSRecord.parse(wire)
    except TimeoutError:
        raise NoAnswer(f"silent for {_SECONDS:.0f} s") from None
    except (OSError, DNSError, ValueError) as problem:
        raise NoAnswer(getattr(problem, "strerror", None) or str(problem)) from None
    if reply.header.id != query.header.id or reply.header.rcode not in (0, 3):
        raise NoAnswer(f"it says {RCODE.get(reply.header.rcode)}")
    return reply
