"""The lists of one household: what was good last of each, and the index in force."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from guardian import __version__
from guardian.errors import GuardianError, Said, from_data
from guardian.lists.child import ChildFailed, run_child
from guardian.lists.fetching import Fetching
from guardian.lists.index import BadIndex, Index
from guardian.lists.notes import Notes
from guardian.lists.route import DIRECT, Route
from guardian.lists.serials import indexes
from guardian.lists.shelf import CannotKeep, Shelf
from guardian.lists.source import HASHES, Source
from guardian.lists.stage import Stage

_COMPILE_SECONDS: Final = 900.0


class CompileError(GuardianError):
    """No index could be made; the one in force stays."""


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
        route: Route = DIRECT,
    ) -> None:
        """now: aware clock. protected: names that no confidential list can block. changed: told
        whenever an update is a step further. route: how servers are reached.

        Raises CannotKeep.
        """
        self._shelf = Shelf(folder)
        self._sources = tuple(sources)
        self._protected = sorted(protected)
        self._changed = changed
        self._compiles = False
        self._notes = Notes(self._shelf.sources)
        self._fetching = Fetching(
            self._shelf, self._notes, self._sources, now, self._protected, changed, route
        )

    def key(self) -> bytes:
        """The secret of this installation's hashes; made on first use. Raises CannotKeep."""
        return self._shelf.key()

    def open_index(self, problem: Callable[[str], None]) -> tuple[Path, Index] | None:
        """The newest index that is sound; each that is not is told to `problem`."""
        for path in indexes(self._shelf.folder):
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
        for path, _ in self._shelf.tries(source):
            if path.exists():
                stat = path.stat()
                content = f"{stat.st_size} {stat.st_mtime_ns}"
                break
        said = [source.id, source.category, source.kind.value, source.format, source.version]
        said += [source.part, *sorted(source.suffixes)]
        return " ".join((*said, content))

    def contents(self) -> Iterator[tuple[Source, Path]]:
        """What can be read of the sources now: each in the format that its file has."""
        for source in self._sources:
            for path, format_ in self._shelf.tries(source):
                if path.exists():
                    yield replace(source, format=format_), path
                    break

    def status(self) -> list[SourceStatus]:
        """How each source stands."""
        return [self._status(source) for source in self._sources]

    def _status(self, source: Source) -> SourceStatus:
        notes = self._notes.read(source.id)
        report = notes.get("report", {})
        fetched = _modified(self._shelf.kept(source)) if source.is_remote else None
        problems = [from_data(notes.get("fetch_problem")), from_data(notes.get("problem"))]
        return SourceStatus(
            source,
            names=int(report.get("taken", 0)),
            refused=sum(report.get("refused", {}).values()),
            fetched=fetched,
            problem=_together([each for each in problems if each]),
            version=source.version or str(report.get("version", "")),
            format=str(report.get("format", "")),
            licence=source.licence or str(report.get("licence", "")),
            next=self._fetching.next(source),
            stage=self._stage(source),
            refusals=_refusals(report),
            held=tuple(report.get("held", ())),
        )

    def _stage(self, source: Source) -> Stage:
        if self._compiles:
            return Stage.COMPILING
        return self._fetching.stages.get(source.id, Stage.RESTS)

    async def fetch_due(self, *, everything: bool = False) -> None:
        """Fetch what is older than its source allows; a failure leaves the last good content.

        Raises nothing: what went wrong is in `status`.
        """
        await self._fetching.fetch_due(everything=everything)

    async def compile(self) -> Path:
        """Make a new index in a process of its own. Raises CompileError; nothing is lost then."""
        self._compiles = True
        self._changed()
        try:
            job = {
                "key": self.key().hex(),
                "folder": str(self._shelf.folder),
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
            self._compiles = False
        for source in self._sources:
            self._compiled(source, outcome)
        return Path(outcome["path"])

    def _offered(self, source: Source) -> dict[str, Any]:
        tries = [
            {"path": str(path), "format": format_}
            for path, format_ in self._shelf.tries(source)
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
            "keep": None if source.bundled else str(self._shelf.kept(source)),
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


def _together(problems: Sequence[str]) -> str:
    if len(problems) == 2:
        return Said("%(one)s; %(other)s", one=problems[0], other=problems[1])
    return problems[0] if problems else ""


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except OSError:
        return None
