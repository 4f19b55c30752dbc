"""The lists of one household on disk: what was good last of each, and the index in force.

<folder>/key                the secret of the hashes, readable by its owner only
<folder>/sources/ID.txt     the last good content of a list
<folder>/sources/ID.new     fetched content that no compilation has tried yet
<folder>/sources/ID.hashes  the last good content of a confidential list: hashes only
<folder>/sources/ID.json    when it was asked for, its report and problems
<folder>/index-SERIAL.gdx   the index; the last two are kept
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from guardian import __version__
from guardian.errors import GuardianError
from guardian.lists.child import ChildFailed, run_child
from guardian.lists.index import BadIndex, Index
from guardian.lists.keyed import KEY_BYTES
from guardian.lists.notes import Notes
from guardian.lists.replace import replace_file
from guardian.lists.serials import indexes
from guardian.lists.source import HASHES, Source, SourceKind

_COMPILE_SECONDS: Final = 900.0
_FETCH_SECONDS: Final = 1800.0
_AFTER_FAILURE: Final = timedelta(hours=1)
_WITHOUT: Final = timedelta(minutes=1)  # after a failure, where nothing of a list is here yet


class CompileError(GuardianError):
    """No index could be made; the one in force stays."""


class CannotKeep(GuardianError):
    """The folder of the lists cannot be used."""


class Stage(StrEnum):
    """How far an update is with a source."""

    RESTS = "rests"
    WAITS = "waits"
    FETCHING = "fetching"
    FETCHED = "fetched"
    COMPILING = "compiling"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands.

    names: taken into the index. refused: lines. fetched: UTC, when its last content came; None for
    a local one. problem: "" where all is well. version, format, licence: of the last content.
    next: when it will be asked for again; None for one that is not fetched, or is held. stage: what
    is done with it now. refusals: reason (`report.Reason`) → how many lines, and some of them.
    held: public suffixes that it names, which wait for a person.
    """

    source: Source
    names: int
    refused: int
    fetched: datetime | None
    problem: str
    version: str = ""
    format: str = ""
    licence: str = ""
    next: datetime | None = None
    stage: Stage = Stage.RESTS
    refusals: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    held: tuple[str, ...] = ()


class Library:
    """The sources of a household and what was made of them."""

    def __init__(
        self,
        folder: Path,
        sources: Sequence[Source],
        now: Callable[[], datetime],
        protected: Iterable[str] = (),
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """now: aware clock. protected: names that no confidential list can block. changed: told
        whenever an update is a step further.

        Raises CannotKeep.
        """
        self._folder = folder
        self._sources = tuple(sources)
        self._now = now
        self._protected = sorted(protected)
        self._changed = changed
        self._stages: dict[str, Stage] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / "sources").mkdir(exist_ok=True, mode=0o700)
        except OSError as problem:
            raise _cannot_keep(folder, problem) from None
        self._notes = Notes(folder / "sources")

    def key(self) -> bytes:
        """The secret of this installation's hashes; made on first use. Raises CannotKeep."""
        path = self._folder / "key"
        try:
            if not path.exists():
                _make_key(path)
            key = path.read_bytes()
            if len(key) != KEY_BYTES:  # damaged: what was hashed with it is made again
                replace_file(path, [secrets.token_bytes(KEY_BYTES)], 0o600)
                key = path.read_bytes()
        except OSError as problem:
            raise _cannot_keep(path, problem) from None
        return key

    def open_index(self, problem: Callable[[str], None]) -> tuple[Path, Index] | None:
        """The newest index that is sound; each that is not is told to `problem`."""
        for path in indexes(self._folder):
            try:
                return path, Index.open(path, self.key())
            except BadIndex as bad:
                problem(str(bad))
        return None

    def is_current(self, index: Index) -> bool:
        """Whether an index was made from what the sources hold now."""
        return set(index.made_from) == set(self._stamps())

    def _stamps(self) -> list[str]:
        return [f"guardian {__version__}", *map(self._stamp, self._sources)]

    def _stamp(self, source: Source) -> str:
        """All that an index depends on, in a line."""
        content = "nothing"
        for path, _ in self._tries(source):
            if path.exists():
                stat = path.stat()
                content = f"{stat.st_size} {stat.st_mtime_ns}"
                break
        said = [source.id, source.category, source.kind.value, source.format, source.version]
        said += [source.part, *sorted(source.suffixes)]
        return " ".join((*said, content))

    def _tries(self, source: Source) -> list[tuple[Path, str]]:
        """Where a source's content may be, the newest first, and the format there."""
        kept = self._kept(source)
        if source.bundled:
            return [(source.path, source.format)]
        format_ = HASHES if source.kind is SourceKind.IWF else source.format
        if source.hold and kept.exists():
            return [(kept, format_)]
        if not source.is_remote:
            return [(source.path, source.format), (kept, format_)]
        if source.kind is SourceKind.IWF:
            return [(kept, format_)]
        return [(kept.with_suffix(".new"), format_), (kept, format_)]

    def contents(self) -> Iterator[tuple[Source, Path]]:
        """What can be read of the sources now: each in the format that its file has."""
        for source in self._sources:
            for path, format_ in self._tries(source):
                if path.exists():
                    yield replace(source, format=format_), path
                    break

    def _kept(self, source: Source) -> Path:
        ending = "hashes" if source.kind is SourceKind.IWF else "txt"
        return self._folder / "sources" / f"{source.id}.{ending}"

    def status(self) -> list[SourceStatus]:
        """How each source stands."""
        return [self._status(source) for source in self._sources]

    def _status(self, source: Source) -> SourceStatus:
        notes = self._notes.read(source.id)
        report = notes.get("report", {})
        fetched = _modified(self._kept(source)) if source.is_remote else None
        problems = [notes.get("fetch_problem"), notes.get("problem")]
        return SourceStatus(
            source,
            names=int(report.get("taken", 0)),
            refused=sum(report.get("refused", {}).values()),
            fetched=fetched,
            problem="; ".join(str(each) for each in problems if each),
            version=source.version or str(report.get("version", "")),
            format=str(report.get("format", "")),
            licence=source.licence or str(report.get("licence", "")),
            next=self._next(source),
            stage=self._stages.get(source.id, Stage.RESTS),
            refusals=_refusals(report),
            held=tuple(report.get("held", ())),
        )

    async def fetch_due(self, *, everything: bool = False) -> None:
        """Fetch what is older than its source allows; a failure leaves the last good content.

        Raises nothing: what went wrong is in `status`.
        """
        remote = [each for each in self._sources if each.is_remote]
        due = [
            each
            for each in remote
            if not self._is_held(each) and (everything or self._is_due(each))
        ]
        if not due:
            return
        self._stages = {each.id: Stage.WAITS for each in due}
        try:
            job = {
                "key": self.key().hex(),
                "protected": self._protected,
                "sources": [self._wanted(each) for each in due],
            }
            told = await run_child(
                "guardian.lists.fetch_process", job, _FETCH_SECONDS, self._fetches
            )
            outcomes = told["outcomes"]
        except (ChildFailed, CannotKeep) as problem:
            outcomes = {each.id: {"problem": f"it could not be fetched: {problem}"} for each in due}
        for source in due:
            self._fetched(source, outcomes[source.id])
        self._stages = {}

    def _fetches(self, told: dict[str, Any]) -> None:
        """Follow an update."""
        for word, stage in (("fetching", Stage.FETCHING), ("fetched", Stage.FETCHED)):
            if word in told:
                self._stages[told[word]] = stage
        self._changed()

    def _is_held(self, source: Source) -> bool:
        """Whether it stays as it is; what never came is fetched all the same."""
        return source.hold and self._kept(source).exists()

    def _is_due(self, source: Source) -> bool:
        next_time = self._next(source)
        return next_time is not None and next_time <= self._now()

    def _next(self, source: Source) -> datetime | None:
        """When a source is to be asked for again."""
        if not source.is_remote or self._is_held(source):
            return None
        notes = self._notes.read(source.id)
        asked = notes.get("asked")
        if asked is None:
            return self._now()
        wait = source.update
        if notes.get("fetch_problem"):
            have = any(path.exists() for path, _ in self._tries(source))
            wait = min(wait, _AFTER_FAILURE if have else _WITHOUT)
        return datetime.fromisoformat(asked) + wait

    def _wanted(self, source: Source) -> dict[str, Any]:
        notes = self._notes.read(source.id)
        path, _ = self._tries(source)[0]
        have = any(path.exists() for path, _ in self._tries(source))
        same = notes.get("location") == source.location
        return {
            "id": source.id,
            "category": source.category,
            "kind": source.kind.value,
            "format": source.format,
            "location": source.location,
            "to": str(path),
            "etag": str(notes.get("etag", "")) if have and same else "",
            "last_modified": str(notes.get("last_modified", "")) if have and same else "",
        }

    def _fetched(self, source: Source, outcome: dict[str, Any]) -> None:
        asked = self._now().isoformat(timespec="seconds")
        if problem := outcome.get("problem"):
            have = any(path.exists() for path, _ in self._tries(source))
            stays = "; the last good one stays" if have else ""
            self._notes.add(source.id, asked=asked, fetch_problem=f"{problem}{stays}")
            return
        changes: dict[str, object] = {"asked": asked, "fetch_problem": ""}
        if outcome["changed"]:
            names = ("etag", "last_modified", "report")
            changes |= {name: outcome[name] for name in names if name in outcome}
            changes["location"] = source.location
        self._notes.add(source.id, **changes)

    async def compile(self) -> Path:
        """Make a new index in a process of its own. Raises CompileError; nothing is lost then."""
        self._stages = {each.id: Stage.COMPILING for each in self._sources}
        self._changed()
        try:
            job = {
                "key": self.key().hex(),
                "folder": str(self._folder),
                "protected": self._protected,
                "made_from": self._stamps(),
                "sources": [self._offered(each) for each in self._sources],
            }
            outcome = await run_child("guardian.lists.compile_process", job, _COMPILE_SECONDS)
        except (ChildFailed, CannotKeep, OSError) as problem:
            raise CompileError(
                f"the lists could not be compiled: {problem}; those in force stay"
            ) from None
        finally:
            self._stages = {}
        for source in self._sources:
            self._compiled(source, outcome)
        return Path(outcome["path"])

    def _offered(self, source: Source) -> dict[str, Any]:
        tries = [
            {"path": str(path), "format": format_}
            for path, format_ in self._tries(source)
            if path.exists() or path == source.path
        ]
        return {
            "id": source.id,
            "category": source.category,
            "kind": source.kind.value,
            "location": source.location,
            "version": source.version,
            "suffixes": sorted(source.suffixes),
            "tries": tries,
            "keep": None if source.bundled else str(self._kept(source)),
        }

    def _compiled(self, source: Source, outcome: dict[str, Any]) -> None:
        problem = outcome["problems"].get(source.id, "")
        report = outcome["reports"].get(source.id)
        if source.is_remote and source.id in outcome["rejected"]:
            # To be said until something better comes; and to be asked for anew, whatever its ETag.
            self._notes.add(source.id, fetch_problem=problem, etag="", last_modified="")
            problem = ""
        if report is None:
            report = {"taken": 0}
        elif report["format"] == HASHES:
            report = {**self._notes.read(source.id).get("report", {}), "taken": report["taken"]}
        self._notes.add(source.id, problem=problem, report=report)


def _refusals(report: dict[str, Any]) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """Reasons with the number of lines, the most first, and some of these."""
    samples = report.get("samples", {})
    rows = sorted(report.get("refused", {}).items(), key=lambda row: -row[1])
    return tuple((reason, count, tuple(samples.get(reason, ()))) for reason, count in rows)


def _cannot_keep(path: Path, problem: OSError) -> CannotKeep:
    said = problem.strerror or str(problem)
    return CannotKeep(f"{path}: it cannot be used ({said}); give a folder of your own with --state")


def _make_key(path: Path) -> None:
    """A new key; where another process was faster, its key stays."""
    aside = path.with_name(f"key.{os.getpid()}.part")
    replace_file(aside, [secrets.token_bytes(KEY_BYTES)], 0o600)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(aside)
    aside.unlink()


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except OSError:
        return None
