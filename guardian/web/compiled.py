"""Templates as Python runs them, kept beside them as Python keeps its own modules.

Compiling all of them takes two seconds of a small computer, and 4 MB that a process does not get
back. So it is done once: by `python -m guardian.web.compiled` where guardian is installed, else by
whoever first needs one. A template that has changed since is compiled anew, and where nothing can
be kept, each process compiles what it shows.
"""

import contextlib
import pickle
import sys
from pathlib import Path
from typing import Final

import jinja2
from jinja2.bccache import Bucket

FOLDER: Final = "__pycache__"


class Compiled(jinja2.FileSystemBytecodeCache):
    """The compiled templates of a folder, for this version of Python."""

    def __init__(self, templates: Path, how: str) -> None:
        """how: the code that says how they are compiled; where it changes, they are too."""
        super().__init__(str(templates / FOLDER), f"%s.{sys.implementation.cache_tag}.jinja")
        self._how = f"{jinja2.__version__}\n{how}"

    def get_source_checksum(self, source: str) -> str:
        """What tells whether one was compiled from this text."""
        return super().get_source_checksum(self._how + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read one, if it is whole: the power may have failed while it was written."""
        try:
            super().load_bytecode(bucket)
        except (EOFError, OSError, ValueError, TypeError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one, where the disk takes it."""
        if sys.dont_write_bytecode:
            return
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


def main() -> None:
    """Compile every template, for who runs guardian from now on."""
    from guardian.web.templating import environment

    sys.dont_write_bytecode = False  # that is what was asked for
    made = environment()
    for name in made.list_templates(extensions=["html"]):
        made.get_template(name)


if __name__ == "__main__":
    main()
