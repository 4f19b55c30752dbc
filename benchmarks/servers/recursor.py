"""pdns-recursor, with the list as a response policy zone (RPZ)."""

from benchmarks.servers import rpz
from benchmarks.servers.base import Server

_CONF = """\
local-address=127.0.0.1
local-port={port}
query-local-address=127.0.0.1
forward-zones-recurse=.=127.0.0.1:{upstream}
dont-query=
hint-file=no
security-poll-suffix=
dnssec=off
threads=1
max-cache-entries=100000
max-packetcache-entries=100000
max-mthreads=4096
lua-config-file={lua}
socket-dir={folder}
daemon=no
write-pid=no
disable-syslog=yes
loglevel=3
quiet=yes
"""


class Recursor(Server):
    name = "pdns-recursor"
    program = "pdns_recursor"

    def command(self) -> list[str]:
        folder = self.place.folder
        lua = folder / "rpz.lua"
        lua.write_text(f'rpzFile("{rpz.write(self.place)}", {{policyName="bench"}})\n')
        (folder / "recursor.conf").write_text(
            _CONF.format(port=self.place.port, upstream=self.place.upstream, lua=lua, folder=folder)
        )
        return [self.program, f"--config-dir={folder}"]
