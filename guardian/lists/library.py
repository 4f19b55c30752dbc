"""The lists of one household: what was good last of each, and the index in force."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final

from guardian import __version__
from guardian.errors import GuardianError, Said, from_data, sentence_of
from guardian.lists.child import ChildFailed, run_child
from guardian.lists.feeds import freshness
from guardian.lists.feeds.fetching import Fetching
from guardian.lists.feeds.route import DIRECT, Route
from guardian.lists.index import BadIndex, Index
from guardian.lists.memory import usual
from guardian.lists.notes import Notes
from guardian.lists.serials import indexes
from guardian.lists.shelf import CannotKeep, Shelf, locked
from guardian.lists.source import HASHES, Source, SourceKind
from guardian.lists.stage import Stage
from guardian.lists.standing import SourceStatus, refusals_of, together
from guardian.lists.transfer.transferring import Transferring
from guardian.lists.trust.contents import (
    TRIED,
    Contents,
    Decision,
    NoSuchVersion,
    Version,
    Waiting,
    content_stamp,
    stamp_of,
)
from guardian.lists.trust.difference import Difference, Recent, Side

VERSIONS: Final = 3  # earlier contents that are kept of each list
_UNDECIDED: Final = (Decision.OPEN, Decision.TRIED)
_COMPILE_SECONDS: Final = 900.0
_MADE_BY: Final = f"guardian {__version__}"


class CompileError(GuardianError):
    """No index could be made; the one in force stays."""


class NoSuchList(GuardianError):
    """A list that is not used, or of which guardian keeps no content."""

    exit_code: ClassVar[int] = 2


class NothingWaits(GuardianError):
    """No content of a list waits for a person."""


class NotForOne(GuardianError):
    """A list that counts for everybody or nobody: what is illegal is so on each device."""

    exit_code: ClassVar[int] = 2


class Library:
    """The sources of a household, and what was made of them. transferring: of the zones among
    them.
    """

    def __init__(
        self,
        folder: Path,
        sources: Sequence[Source],
        now: Callable[[], datetime],
        protected: Iterable[str] = (),
        changed: Callable[[], None] = lambda: None,
        route: Route = DIRECT,
        canaries: Mapping[str, frozenset[str]] = MappingProxyType({}),
        versions: int = VERSIONS,
        recent: Callable[[], Recent] = dict,
        memory: int | None = None,
    ) -> None:
        """now: aware clock. protected: names that no confidential list can block. changed: told
        whenever an update is a step further. route: how servers are reached. canaries: names that
        a list must not name, with the categories whose lists may. versions: how many earlier
        contents are kept of each list. recent: what was looked up here lately. memory: bytes that
        compiling may take; None: as the machine has them.

        Raises CannotKeep.
        """
        self._shelf = Shelf(folder)
        self._now = now
        self.sources = tuple(sources)
        self._protected = sorted(protected)
        self._changed = changed
        self._canaries = canaries
        self._versions = versions
        self._recent = recent
        self._memory = memory or usual()
        self._compiles = False
        self._notes = Notes(self._shelf.sources)
        self._fetching = Fetching(
            self._shelf, self._notes, self.sources, now, self._protected, changed, route
        )
        self.transferring = Transferring(
            self._shelf, self._notes, self.sources, now, self._protected, changed
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
                problem(sentence_of(bad))
        return None

    def newest(self) -> Path | None:
        """Where the newest index is, sound or not; None for no index."""
        return next(iter(indexes(self._shelf.folder)), None)

    def is_current(self, index: Index) -> bool:
        """Whether an index was made from what the sources hold now."""
        return set(index.made_from) == set(self._stamps())

    def _stamps(self) -> list[str]:
        return [_MADE_BY, *map(self._stamp, self.sources)]

    def _stamp(self, source: Source) -> str:
        """All that an index depends on, in a line."""
        places = [path for path, _ in self._shelf.tries(source)]
        contents = None if source.bundled else self._shelf.contents(source)
        waiting = contents.waiting() if contents is not None else None
        is_released = (
            waiting is not None
            and waiting.decision is Decision.RELEASED
            and not self._shelf.is_held(source)
        )
        is_tried = contents is not None and contents.on_trial(places) is not None
        content = content_stamp(places, {}) + " released" * is_released + TRIED * is_tried
        return f"{_said(source)} {content}"

    def local(self) -> tuple[str, ...]:
        """Another one once a list on this machine has changed. It costs little: nothing is read."""
        ours = (each for each in self.sources if not (each.is_remote or each.bundled))
        return tuple(_stamp_or_none(each.path) for each in ours)

    def contents(self) -> Iterator[tuple[Source, Path]]:
        """What counts of the sources now: each in the format that its file has."""
        for source in self.sources:
            kept = None if source.bundled else self._shelf.contents(source)
            for path, format_ in self._shelf.tries(source):
                if path.exists() and not (kept is not None and kept.waits_at(path)):
                    yield replace(source, format=format_), path
                    break

    def status(self) -> list[SourceStatus]:
        """How each source stands."""
        return [self._status(source) for source in self.sources]

    def _status(self, source: Source) -> SourceStatus:
        notes = self._notes.read(source.id)
        report = notes.get("report", {})
        contents = None if source.bundled else self._shelf.contents(source)
        now = contents.in_force() if contents else None
        fetched = _modified(self._shelf.kept(source)) if source.is_remote else None
        problems = [from_data(notes.get(each)) for each in ("fetch_problem", "problem")]
        expired = freshness.expired(source, notes, self._shelf, self._now())
        problems.append(expired)
        problems += [self.transferring.overdue(source)] if source.zone is not None else []
        return SourceStatus(
            source,
            names=int(report.get("taken", 0)),
            refused=sum(report.get("refused", {}).values()),
            duplicates=int(report.get("duplicates", 0)),
            fetched=now.came if now is not None and fetched is not None else fetched,
            problem=together([each for each in problems if each]),
            version=source.version or str(report.get("version", "")),
            format=str(report.get("format", "")),
            licence=source.licence or str(report.get("licence", "")),
            next=self._next(source),
            stage=self._stage(source),
            refusals=refusals_of(report),
            held=tuple(report.get("held", ())),
            waiting=self._waiting(source),
            asked=datetime.fromisoformat(notes["asked"]) if notes.get("asked") else None,
            current=now,
            earlier=tuple(contents.earlier()) if contents else (),
            is_expired=bool(expired),
            pages=int(report.get("pages", 0)),
        )

    def standing(self, list_id: str) -> SourceStatus:
        """How one list stands that did not come with guardian. Raises NoSuchList."""
        return self._status(self._kept(list_id)[0])

    def _waiting(self, source: Source) -> Waiting | None:
        """What waits for a person's word."""
        if source.bundled or self._shelf.is_held(source):
            return None
        contents = self._shelf.contents(source)
        waiting = contents.waiting()
        is_here = any(contents.waits_at(path) for path, _ in self._shelf.tries(source))
        return waiting if waiting and is_here and waiting.decision in _UNDECIDED else None

    def _kept(self, list_id: str) -> tuple[Source, Contents]:
        """Raises NoSuchList."""
        own = [each for each in self.sources if not each.bundled]
        for source in own:
            if source.id == list_id:
                return source, self._shelf.contents(source)
        if any(each.id == list_id for each in self.sources):
            raise NoSuchList(f'"{list_id}" came with guardian, and is renewed with it')
        have = ", ".join(each.id for each in own) or "none"
        raise NoSuchList(f'there is no list "{list_id}"; lists of your own are: {have}')

    def waiting(self, list_id: str) -> Waiting:
        """What waits of a list. Raises NoSuchList, NothingWaits."""
        source, _ = self._kept(list_id)
        waiting = self._waiting(source)
        if waiting is None:
            raise NothingWaits(Said("nothing of the list %(list)s waits for you", list=list_id))
        return waiting

    def version(self, list_id: str, number: int | None = None) -> Version:
        """A version by its number, by default the one before the one in force.

        Raises NoSuchList, NoSuchVersion.
        """
        _, contents = self._kept(list_id)
        if number is not None:
            return contents.numbered(number)
        earlier = contents.earlier()
        if not earlier:
            raise NoSuchVersion(f"no earlier version of {list_id} is kept")
        return earlier[0]

    def decide(
        self, list_id: str, decision: Decision, content: str = "", devices: Sequence[str] = ()
    ) -> None:
        """Say a person's word to what waits: the next compilation follows it.

        content: the SHA-256 of what the person looked at; "" for whatever waits. devices: signs of
        those that try it. Raises NoSuchList, NothingWaits, NotForOne, OSError.
        """
        if content not in ("", self.waiting(list_id).content.sha256):
            raise NothingWaits(Said("this list has changed once more; look at it again"))
        source, contents = self._kept(list_id)
        if decision is Decision.TRIED and source.kind is SourceKind.IWF:
            raise NotForOne(
                Said(
                    "%(list)s is about illegal content, which is blocked on every device; take the "
                    "new content, or keep the old one",
                    list=list_id,
                )
            )
        contents.decide(decision, devices)

    def trials(self) -> dict[str, tuple[str, ...]]:
        """The lists of which some devices try new content, and signs of these devices."""
        found = {}
        for source in self.sources:
            waiting = self._waiting(source)
            if waiting is not None and waiting.decision is Decision.TRIED:
                found[source.id] = waiting.devices
        return found

    def put_back(self, list_id: str, number: int | None = None) -> Version:
        """Put an earlier content of a list in force again, by default the one before; the next
        compilation follows. It is taken anew from its source then, unless that is on hold.

        Raises NoSuchList, NoSuchVersion, OSError.
        """
        _, contents = self._kept(list_id)
        with locked(self._shelf.folder):
            now = contents.put_back(self.version(list_id, number), self._versions)
        self._notes.add(list_id, etag="", last_modified="")  # so that the newest comes again
        return now

    def difference(self, list_id: str, old: int, new: int | None = None) -> Difference:
        """What changed between two versions of a list, by number; to the one in force.

        Raises NoSuchList, NoSuchVersion, BadSource, OSError.
        """
        # They read lists, which is seldom needed here.
        from guardian.lists.compile import Compiler
        from guardian.lists.trust.comparing import difference

        source, contents = self._kept(list_id)
        as_kept = replace(source, format=self._shelf.format_kept(source))
        now = contents.in_force()
        later = now if new is None else contents.numbered(new)
        if later is None:
            raise NoSuchVersion(f"nothing of {list_id} is in force")
        with contents.readable(contents.numbered(old)) as before, contents.readable(later) as after:
            sides = Side(as_kept, before), Side(as_kept, after)
            return difference(Compiler(self.key(), self._protected).read, self.key(), *sides)

    def _next(self, source: Source) -> datetime | None:
        if source.zone is not None:
            return self.transferring.next(source)
        return self._fetching.next(source)

    def _stage(self, source: Source) -> Stage:
        if self._compiles:
            return Stage.COMPILING
        stages = self._fetching.stages | self.transferring.stages
        return stages.get(source.id, Stage.RESTS)

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
                "canaries": {name: sorted(may) for name, may in self._canaries.items()},
                "made_from": [_MADE_BY],
                "now": self._now().isoformat(timespec="seconds"),
                "versions": self._versions,
                "recent": dict(self._recent()),
                "memory": self._memory,
                "sources": [self._offered(each) for each in self.sources],
            }
            outcome = await run_child("guardian.lists.compile_process", job, _COMPILE_SECONDS)
        except (ChildFailed, CannotKeep, OSError) as problem:
            raise CompileError(
                Said(
                    "the lists could not be compiled: %(problem)s; those in force stay",
                    problem=sentence_of(problem) if isinstance(problem, GuardianError) else problem,
                )
            ) from None
        finally:
            self._compiles = False
        for source in self.sources:
            self._compiled(source, outcome)
        return Path(outcome["path"])

    def _offered(self, source: Source) -> dict[str, Any]:
        tries = [
            {"path": str(path), "format": format_}
            for path, format_ in self._shelf.tries(source)
            if path.exists() or path == source.path
        ]
        return {
            **source.as_data(),
            "etag": str(self._notes.read(source.id).get("etag", "")),
            "stamp": _said(source),
            "tries": tries,
            "keep": None if source.bundled else str(self._shelf.kept(source)),
            "keep_format": self._shelf.format_kept(source),
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
            notes = self._notes.read(source.id)
            is_new = self._waiting(source) is None and "fetched_report" in notes
            known = notes.get("fetched_report" if is_new else "report", {})
            report = {**known, "taken": report["taken"]}
        self._notes.add(source.id, problem=problem, report=report)


def _said(source: Source) -> str:
    """What settings say of a source that changes what an index holds."""
    said = [source.id, source.category, source.kind.value, source.format, source.version]
    said += [source.hashing] if source.hashing else []
    return " ".join([*said, source.part, *sorted(source.suffixes)])


def _stamp_or_none(path: Path) -> str:
    try:
        return stamp_of(path)
    except OSError:  # not there just now; what becomes of it is said where it is read
        return ""


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except OSError:
        return None
