"""unbound, with the list as a response policy zone (RPZ)."""

from benchmarks.servers import rpz
from benchmarks.servers.base import Server

_CONF = """\
server:
  interface: 127.0.0.1@{port}
  outgoing-interface: 127.0.0.1
  do-not-query-localhost: no
  num-threads: 1
  outgoing-range: 4096
  num-queries-per-thread: 2048
  msg-cache-size: 32m
  rrset-cache-size: 64m
  module-config: "respip iterator"
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  logfile: ""
  verbosity: 0
remote-control:
  control-enable: no
rpz:
  name: {zone}
  zonefile: "{file}"
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{upstream}
"""


class Unbound(Server):
    name = "unbound"
    program = "unbound"
    version_option = "-V"

    def command(self) -> list[str]:
        conf = self.place.folder / "unbound.conf"
        conf.write_text(
            _CONF.format(
                port=self.place.port,
                upstream=self.place.upstream,
                folder=self.place.folder,
                zone=rpz.ZONE,
                file=rpz.write(self.place),
            )
        )
        return [self.program, "-d", "-c", str(conf)]
