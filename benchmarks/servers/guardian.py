"""guardian itself, as a household runs it: control process, one resolver, the list by path."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Final

import yaml

from benchmarks.probe import free_port
from benchmarks.processes import command_line
from benchmarks.servers.base import Place, Server

RESOLVER: Final = "guardian.service.resolver"
COMMAND: Final = (sys.executable, "-m", "guardian.cli.main")


class Guardian(Server):
    """Only the resolvers' time counts for a query; memory is told of both kinds of process."""

    name = "guardian"
    program = sys.executable
    bundled: ClassVar[str] = "none"  # which of guardian's own lists are loaded too

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._web_port = free_port()

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

    def settings(self, block: Sequence[str] = ("ads",)) -> Mapping[str, object]:
        """The configuration: one profile for everybody, blocking the list's category."""
        source = {"name": "bench", "path": str(self.place.names), "category": "ads"}
        return {
            "household": {"time_zone": "UTC", "country": "DE", "language": "en"},
            "listen": {
                "dns": [f"127.0.0.1:{self.place.port}"],
                "web": f"127.0.0.1:{self._web_port}",
            },
            "upstreams": [{"address": "127.0.0.1", "port": self.place.upstream}],
            "lists": {"bundled": self.bundled, "sources": [source]},
            "profiles": {"bench": {"block": list(block)}},
            "unknown_devices": {"profile": "bench"},
        }

    def command(self) -> list[str]:
        self.configure(self.settings())
        state = self.place.folder / "state"
        return [*COMMAND, "run", "--config", str(self._config), "--state", str(state)]

    @property
    def _config(self) -> Path:
        return self.place.folder / "bench.yaml"

    def configure(self, settings: Mapping[str, object]) -> None:
        """Write the configuration, whole at once."""
        aside = self._config.with_suffix(".new")
        aside.write_text(yaml.safe_dump(dict(settings), sort_keys=False))
        aside.replace(self._config)

    def reload(self) -> None:
        """Tell guardian that its configuration or its lists have changed."""
        control = self.parts()["control"]
        for pid in control[:1]:
            os.kill(pid, signal.SIGHUP)

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
