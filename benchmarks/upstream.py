"""The upstream of every server: nsd, whose wildcard gives each name of the corpus an address."""

from pathlib import Path
from typing import Final

from benchmarks.probe import answers
from benchmarks.processes import Running, until

ADDRESS: Final = "192.0.2.1"
PROGRAM: Final = "nsd"

_ZONE: Final = f"""\
$ORIGIN example.
$TTL 3600
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
* A {ADDRESS}
* AAAA 2001:db8::1
* HTTPS 1 . alpn="h2,h3"
"""

# No rate limit: all queries come from one address, and nsd would drop what it takes for an attack.
_CONF: Final = """\
server:
  ip-address: 127.0.0.1@{port}
  username: ""
  server-count: 1
  rrl-ratelimit: 0
  minimal-responses: yes
  zonesdir: "{folder}"
  database: ""
  pidfile: ""
  zonelistfile: "{folder}/zone.list"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
remote-control:
  control-enable: no
zone:
  name: example.
  zonefile: example.zone
"""


def start(folder: Path, port: int, core: int) -> Running:
    """nsd, answering. Raises RuntimeError with its log where it does not come up."""
    folder.mkdir(parents=True)
    (folder / "example.zone").write_text(_ZONE)
    conf = folder / "nsd.conf"
    conf.write_text(_CONF.format(port=port, folder=folder))
    running = Running([PROGRAM, "-d", "-c", str(conf)], core, folder / "log")
    if not until(lambda: answers(port, "up.example", 0.2) == [ADDRESS], seconds=10):
        running.stop()
        raise RuntimeError(f"nsd did not answer: {running.log.read_text()[-500:]}")
    return running
