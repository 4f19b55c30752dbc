"""Compile in a process of its own: see `child`.

The job: {"key", "folder", "protected", "canaries", "made_from", "now", "versions", "recent",
"memory", "sources": [source]}; a source: as `Source.as_data`, with "etag", "stamp", "tries":
[{"path", "format"}], "keep", "keep_format". The first of its tries that can be read and is not
doubtful is used and, where it is not yet kept, becomes the last good one at `keep`.
The outcome: {"path", "names", "reports": {id: report}, "problems": {id: `to_data`}, "rejected":
[id]}; a source is rejected where new content of it could not be read.
"""

import contextlib
import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from guardian.errors import Said, sentence_of, to_data
from guardian.lists.child import serve
from guardian.lists.compile import Compiler, trial_id
from guardian.lists.index import BadIndex, Index
from guardian.lists.memory import keep_to, room
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file, sweep
from guardian.lists.serials import indexes, next_index
from guardian.lists.shelf import URLS, locked
from guardian.lists.source import Source, SourceKind
from guardian.lists.trust.admission import Admission, Candidate
from guardian.lists.trust.contents import TRIED, Contents, content_stamp, stamp_of
from guardian.lists.trust.judging import Canaries

_FETCHED: Final = (".new", ".hashes")  # can be had again; unusable, they only stand in the way


def compile_job(job: dict[str, Any]) -> dict[str, Any]:
    """Do what a job says; a source of which nothing can be read is left out and named."""
    folder, key = Path(job["folder"]), bytes.fromhex(job["key"])
    keep_to(job["memory"])
    with locked(folder):
        sweep(folder)
        sweep(folder / "sources")
        work = _Compilation(job, key)
        # Confidential lists first: should label sets run out, theirs are there.
        for each in sorted(job["sources"], key=lambda each: each["kind"] != SourceKind.IWF):
            work.add(each)
        path = next_index(folder)
        old, before = _newest(folder, key) or (path, None)
        compiled = work.compiler.write(path, made_from=work.made_from, before=before)
        replace_file(folder / URLS, [work.compiler.urls()], 0o600)
        _remove_old(folder, {path, old})
        _remove_runs(folder / "runs", work.compiler.used)
    return {
        "path": str(path),
        "names": compiled.names,
        "reports": compiled.reports,
        "problems": {each: to_data(problem) for each, problem in work.problems.items()},
        "rejected": work.rejected,
    }


class _Compilation:
    """The sources, one after the other. What became of them is in its fields: see the outcome."""

    def __init__(self, job: dict[str, Any], key: bytes) -> None:
        runs = Path(job["folder"]) / "runs"
        runs.mkdir(exist_ok=True, mode=0o700)
        self.compiler = Compiler(key, job["protected"], runs, room(job["memory"]))
        self.problems: dict[str, str] = {}
        self.rejected: list[str] = []
        self.made_from: list[str] = list(job["made_from"])
        may = {name: frozenset(categories) for name, categories in job["canaries"].items()}
        now, versions = datetime.fromisoformat(job["now"]), int(job["versions"])
        self._door = Admission(self.compiler, key, Canaries(may, key), now, versions, job["recent"])

    def add(self, said: dict[str, Any]) -> None:
        """Take a source from the first of its places where that is possible."""
        tries = [(Path(each["path"]), _source(said, each["format"])) for each in said["tries"]]
        contents = Contents(Path(said["keep"])) if said["keep"] else None
        kept = [contents.kept] if contents is not None else []
        places = dict.fromkeys([*(path for path, _ in tries), *kept])
        seen = {path: stamp_of(path) for path in places if path not in kept and path.exists()}
        if not any(self._take(source, path, contents, said, seen) for path, source in tries):
            waits = contents is not None and any(map(contents.waits_at, seen))
            why = Said("its content waits for you") if waits else Said("nothing was fetched yet")
            problem = self.problems.get(said["id"], why)
            whole = Said("%(problem)s; nothing of it is in force", problem=problem)
            self.problems[said["id"]] = whole
        self._date(said, contents)
        on_trial = None
        if contents is not None and (waiting := contents.waiting()) is not None:
            on_trial = contents.on_trial(path for path, _ in tries)
            for path, source in tries:
                if path == on_trial:
                    self._try_out(source, path, waiting.content.came)
        stamp = f"{said['stamp']} {content_stamp(places, seen)}"
        self.made_from.append(stamp + TRIED * (on_trial is not None))

    def _date(self, said: dict[str, Any], contents: Contents | None) -> None:
        """Say when the content came that is in force, and the one that waits."""
        if contents is None:  # it came with guardian, and its version is its day
            with contextlib.suppress(ValueError):
                came = datetime.fromisoformat(said["version"].replace(".", "-"))
                self.compiler.date(said["id"], came.replace(tzinfo=UTC))
        elif (now := contents.in_force()) is not None:
            self.compiler.date(said["id"], now.came)

    def _try_out(self, source: Source, path: Path, came: datetime) -> None:
        """Take what waits of a source for the devices that try it."""
        try:
            self.compiler.take_for_trial(source, path, self.compiler.read(source, path))
            self.compiler.date(trial_id(source.id), came)
        except BadSource as problem:
            self.problems.setdefault(source.id, sentence_of(problem))

    def _take(
        self,
        source: Source,
        path: Path,
        contents: Contents | None,
        said: dict[str, Any],
        seen: dict[Path, str],
    ) -> bool:
        """Take a source's content from one place; whether it counts."""
        try:
            if contents is not None and path != contents.kept:
                kept = _source(said, said["keep_format"])
                new = Candidate(source, path, seen.get(path, ""), str(said["etag"]))
                return self._door.admit(new, contents, kept)
            self.compiler.add(source, path)
        except BadSource as problem:
            self.problems.setdefault(source.id, sentence_of(problem))
            if path.suffix in _FETCHED:
                path.unlink(missing_ok=True)
                self.rejected.append(source.id)
            return False
        if source.id in self.problems:
            self.problems[source.id] = Said(
                "%(problem)s; the last good one stays", problem=self.problems[source.id]
            )
        return True


def _source(said: dict[str, Any], format_: str) -> Source:
    return replace(Source.of(said), format=format_)


def _remove_runs(folder: Path, used: Collection[Path]) -> None:
    """Leave the runs that were of use, and nothing that a kill left half written."""
    for path in folder.iterdir():
        if path not in used:
            path.unlink(missing_ok=True)


def _newest(folder: Path, key: bytes) -> tuple[Path, Index] | None:
    """The newest index that is sound."""
    for path in indexes(folder):
        with contextlib.suppress(BadIndex):
            return path, Index.open(path, key)
    return None


def _remove_old(folder: Path, kept: Collection[Path]) -> None:
    """Leave these indexes."""
    for path in indexes(folder):
        if path not in kept:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(serve(compile_job))
