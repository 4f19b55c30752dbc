"""dnsmasq, the core of Pi-hole, with an `address=` line for each name of the list."""

from benchmarks.servers.base import Server, listed

# cache-size: what Pi-hole sets. With more, a miss searches longer: at 100,000 it takes 2 ms.
# cache-rr: dnsmasq caches no HTTPS records otherwise, which the mix would make it pay for.
_CONF = """\
port={port}
listen-address=127.0.0.1
bind-interfaces
pid-file
no-resolv
no-hosts
server=127.0.0.1#{upstream}
cache-size=10000
cache-rr=HTTPS
dns-forward-max=1000
"""


class Dnsmasq(Server):
    name = "dnsmasq"
    program = "dnsmasq"

    def command(self) -> list[str]:
        """In the foreground as whoever starts it (-d): it then also ends with the benchmark."""
        conf = self.place.folder / "dnsmasq.conf"
        with conf.open("w") as file:
            file.write(_CONF.format(port=self.place.port, upstream=self.place.upstream))
            file.writelines(f"address=/{name}/#\n" for name in listed(self.place))
        return [self.program, "-d", "-C", str(conf)]
