"""guardian itself, as a household runs it: control process, one resolver, the list by path."""

import sys
from importlib.util import find_spec

import yaml

from benchmarks.probe import free_port
from benchmarks.processes import command_line
from benchmarks.servers.base import Server

RESOLVER = "guardian.service.resolver"


class Guardian(Server):
    """Only the resolvers' time counts for a query; memory is told of both kinds of process."""

    name = "guardian"
    program = sys.executable

    @classmethod
    def missing(cls) -> str:
        try:
            return "" if find_spec("guardian.cli.main") else "guardian has no command line here"
        except ImportError as problem:
            return f"guardian cannot be imported: {problem}"

    @classmethod
    def version(cls) -> str:
        import guardian

        return getattr(guardian, "__version__", "")

    def settings(self) -> dict[str, object]:
        """The configuration: one profile for everybody, blocking the list's category."""
        source = {"name": "bench", "path": str(self.place.names), "category": "ads"}
        return {
            "household": {"time_zone": "UTC", "country": "DE", "language": "en"},
            "listen": {
                "dns": [f"127.0.0.1:{self.place.port}"],
                "web": f"127.0.0.1:{free_port()}",
            },
            "upstreams": [{"address": "127.0.0.1", "port": self.place.upstream}],
            "lists": {"bundled": "none", "sources": [source]},
            "profiles": {"bench": {"block": ["ads"]}},
            "unknown_devices": {"profile": "bench"},
        }

    def command(self) -> list[str]:
        config = self.place.folder / "bench.yaml"
        config.write_text(yaml.safe_dump(self.settings(), sort_keys=False))
        state = self.place.folder / "state"
        return [
            *(sys.executable, "-m", "guardian.cli.main", "run"),
            *("--config", str(config), "--state", str(state)),
        ]

    def pids(self) -> list[int]:
        return self.parts()["resolver"]

    def parts(self) -> dict[str, list[int]]:
        """The resolvers, and everything else that `guardian run` started."""
        everybody = self.running.pids()
        resolvers = [pid for pid in everybody if RESOLVER in command_line(pid)]
        return {
            "resolver": resolvers or everybody,
            "control": [pid for pid in everybody if pid not in resolvers] if resolvers else [],
        }
