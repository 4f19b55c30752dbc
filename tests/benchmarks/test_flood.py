"""The flood: it keeps its pace where nobody answers, and counts good answers alone."""

import socket
from threading import Thread

from dnslib import RCODE, DNSRecord

from benchmarks.flood import pour
from benchmarks.probe import LOOPBACK


def test_names_come_once_each_and_only_good_answers_count() -> None:
    heard: list[DNSRecord] = []

    def answer(server: socket.socket) -> None:
        while (packet := server.recvfrom(4096))[0] != b"end":
            query = DNSRecord.parse(packet[0])
            heard.append(query)
            reply = query.reply()
            reply.header.rcode = RCODE.NOERROR if len(heard) % 2 else RCODE.SERVFAIL
            server.sendto(bytes(reply.pack()), packet[1])

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOOPBACK, 0))
        thread = Thread(target=answer, args=(server,))
        thread.start()
        sent, answered = pour(server.getsockname()[1], 200, 1.0, 7, "flood.example")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", server.getsockname())
        thread.join()
    names = {str(each.q.qname) for each in heard}
    assert len(names) == len(heard) == sent
    assert all(name.endswith(".flood.example.") and name.startswith("007") for name in names)
    assert 0 < answered <= (sent + 1) // 2
    assert all(each.header.rd for each in heard)
