"""Whether new content of a list counts at once, or waits for a person: inside a compilation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from guardian.lists import confidential
from guardian.lists.compile import Compiler
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.runs import Run
from guardian.lists.source import HASHES, ZONE, Source, SourceKind
from guardian.lists.trust.comparing import difference
from guardian.lists.trust.contents import Contents, Decision, Version, Waiting, sha256_of
from guardian.lists.trust.difference import Difference, Recent, Side
from guardian.lists.trust.judging import Canaries, judge


@dataclass(frozen=True, slots=True)
class Candidate:
    """Content that may count from now on. source: with the format of the file. origin: the stamp
    that the file had before it was read. etag: of what was fetched.
    """

    source: Source
    path: Path
    origin: str
    etag: str = ""

    @property
    def is_fetched(self) -> bool:
        """Whether it is ours to move; what is at a path of the household stays there."""
        return self.source.is_remote


class _Read(NamedTuple):
    """What was found in new content. canaries: those that it would block, by hash."""

    content: Version
    run: Run
    canaries: Mapping[int, str]


class Admission:
    """Takes new contents of lists into a compilation and into force, or lets them wait."""

    def __init__(
        self,
        compiler: Compiler,
        key: bytes,
        canaries: Canaries,
        now: datetime,
        versions: int,
        recent: Recent,
    ) -> None:
        """now: UTC. versions: how many earlier contents are kept of each list."""
        self._recent = recent
        self._compiler = compiler
        self._key = key
        self._canaries = canaries
        self._now = now
        self._versions = versions

    def admit(self, new: Candidate, contents: Contents, kept: Source) -> bool:
        """Take content if it may count; whether it does. kept: with the format of the kept file.

        Raises BadSource where it cannot be read; OSError where nothing can be written.
        """
        if contents.waits_at(new.path):
            return False
        now = self._in_force(contents, kept)
        run = self._compiler.read(new.source, new.path)
        if now is not None and now.origin and now.origin == new.origin:
            self._compiler.take(new.source, new.path, run)
            return True
        path = self._to_keep(new, contents, run)
        canaries = self._canaries.found(run, new.source.category)
        content = self._described(new, path, run, contents, canaries)
        if now is not None and now.sha256 == content.sha256:
            self._compiler.take(new.source, new.path, run)
            contents.note(replace(now, origin=content.origin))
            contents.wait_no_more()
            if path != new.path or new.is_fetched:
                path.unlink(missing_ok=True)
            return True
        if self._must_wait(new, _Read(content, run, canaries), now, contents, kept):
            return False
        self._compiler.take(new.source, new.path, run)
        move = path != new.path or new.is_fetched
        contents.take(path, content, self._versions, move=move)
        return True

    def _in_force(self, contents: Contents, kept: Source) -> Version | None:
        """What new content is held against; None where there is nothing of this list."""
        now = contents.in_force() or self.recognise(contents, kept)
        # Another list of the same name has nothing to do with the one before.
        return now if now is not None and now.location == kept.location else None

    def recognise(self, contents: Contents, kept: Source) -> Version | None:
        """Find out what the content in force is, where that is not written; None for no content."""
        if not contents.kept.exists():
            return None
        try:
            run = self._compiler.read(kept, contents.kept)
        except BadSource:
            return None
        came = datetime.fromtimestamp(int(contents.kept.stat().st_mtime), UTC)
        canaries = self._canaries.found(run, kept.category)
        old = Candidate(kept, contents.kept, origin="")
        content = self._described(old, contents.kept, run, contents, canaries)
        return contents.note(replace(content, came=came))

    def _to_keep(self, new: Candidate, contents: Contents, run: Run) -> Path:
        """The file to keep: of a confidential list hashes only."""
        if new.source.kind is not SourceKind.IWF or new.source.format in (HASHES, ZONE):
            return new.path
        hashed = contents.kept.with_suffix(".new")
        replace_file(hashed, [confidential.to_bytes(run, self._key)], 0o600)
        return hashed

    def _described(
        self,
        new: Candidate,
        path: Path,
        run: Run,
        contents: Contents,
        canaries: Mapping[int, str],
    ) -> Version:
        return Version(
            contents.next_number(),
            self._now,
            run.taken,
            sha256_of(path),
            run.format,
            run.version,
            new.etag,
            new.source.location,
            new.origin,
            canaries=tuple(sorted(canaries)),
        )

    def _must_wait(
        self,
        new: Candidate,
        read: "_Read",
        now: Version | None,
        contents: Contents,
        kept: Source,
    ) -> bool:
        """Whether it is doubtful, and no person has released it; what waits is written down."""
        content = read.content
        waiting = contents.waiting()
        if waiting is not None and waiting.content.sha256 == content.sha256:
            if waiting.decision is not Decision.RELEASED:  # the same came anew
                contents.wait(replace(waiting, content=content))
            return waiting.decision is not Decision.RELEASED
        before = now.before() if now is not None else None
        doubts = judge(new.source, read.run, before, read.canaries)
        if doubts:
            old = Side(kept, contents.kept) if now is not None else None
            changes = self._difference(old, Side(new.source, new.path))
            fresh = Waiting(content, self._now, doubts, changes)
            contents.wait(_still_tried(fresh, waiting) if waiting is not None else fresh)
        return bool(doubts)

    def _difference(self, old: Side | None, new: Side) -> Difference:
        is_quiet = new.source.quiet or new.source.kind is SourceKind.IWF
        recent = {} if is_quiet else self._recent
        try:
            return difference(self._compiler.read, self._key, old, new, recent)
        except BadSource:  # the old one, which can be read no more
            return Difference()


def _still_tried(new: Waiting, before: Waiting) -> Waiting:
    """New content, tried where the one before was: unless something else is wrong with it."""
    reasons = {each.why for each in before.doubts}
    if before.decision is Decision.TRIED and reasons.issuperset(each.why for each in new.doubts):
        return replace(new, decision=Decision.TRIED, devices=before.devices)
    return new
