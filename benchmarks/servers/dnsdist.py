"""dnsdist, with the list as a suffix match node and the answers of its packet cache."""

from benchmarks.servers.base import Server

_CONF = """\
setLocal("127.0.0.1:{port}")
setSecurityPollSuffix("")
setMaxUDPOutstanding(65535)
newServer({{address="127.0.0.1:{upstream}", checkName="up.example."}})
getPool(""):setCache(newPacketCache(100000, {{maxTTL=86400}}))
listed = newSuffixMatchNode()
for name in io.lines("{names}") do listed:add(newDNSName(name)) end
addAction(SuffixMatchNodeRule(listed), RCodeAction(DNSRCode.NXDOMAIN))
"""


class Dnsdist(Server):
    name = "dnsdist"
    program = "dnsdist"

    def command(self) -> list[str]:
        conf = self.place.folder / "dnsdist.conf"
        conf.write_text(
            _CONF.format(port=self.place.port, upstream=self.place.upstream, names=self.place.names)
        )
        return [self.program, "--supervised", "--disable-syslog", "-C", str(conf)]
