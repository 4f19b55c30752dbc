"""Lists are fetched in this process: where their servers are, the household's upstreams say.

They are asked in the same ways as for devices: with encrypted ones alone, nobody on the way learns
which lists a household has.
"""

import sys
from collections.abc import Mapping
from functools import partial
from ipaddress import ip_address
from typing import Any, Final

from guardian.dns.answers import addresses, read_answer
from guardian.dns.streams.once import NoAnswer, ask
from guardian.dns.wire import NOERROR, NXDOMAIN, Malformed
from guardian.lists.child import serve
from guardian.lists.feeds.fetch_process import fetch_job
from guardian.names import InvalidName, normalise, to_wire
from guardian.service.servers import system_authorities
from guardian.service.snapshot import ServerData
from guardian.service.targets import target_of

_SECONDS: Final = 3.0  # for one upstream, with its handshakes


def addresses_at(server: Mapping[str, Any], qname: str, qtype: int) -> list[str] | None:
    """The addresses that an upstream gives for a name; None where it gave no answer.

    0.0.0.0 and :: are a filter's word for none.
    """
    data = ServerData(**server)
    target = target_of(data, "" if data.authorities else system_authorities())
    try:
        question, wire = ask(target, to_wire(normalise(qname)), qtype, _SECONDS)
        answer = read_answer(wire, question, 0)
    except (NoAnswer, Malformed, InvalidName):
        return None
    if answer.rcode not in (NOERROR, NXDOMAIN):
        return None
    found = map(ip_address, addresses(answer, qtype))
    return [str(each) for each in found if not each.is_unspecified]


if __name__ == "__main__":
    sys.exit(serve(partial(fetch_job, ask=addresses_at)))
