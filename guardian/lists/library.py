"""The lists of one household on disk: what was fetched last, and the index in force.

<folder>/key                the secret of the hashes, readable by its owner only
<folder>/sources/ID.txt     the last good content of a fetched list
<folder>/sources/ID.hashes  the same of a confidential one: hashes only
<folder>/sources/ID.json    when it was fetched, and its report
<folder>/index-SERIAL.gdx   the index; the last two are kept
"""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from guardian.errors import GuardianError
from guardian.lists.index import BadIndex, Index
from guardian.lists.source import Source, SourceKind

_KEPT: Final = 2


class CompileError(GuardianError):
    """No index could be made; the one in force stays."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands. problem: "" where all is well. fetched: UTC, of the last content."""

    source: Source
    names: int
    refused: int
    fetched: datetime | None
    problem: str


class Library:
    """The sources of a household and what was made of them."""

    def __init__(
        self, folder: Path, sources: Sequence[Source], now: Callable[[], datetime]
    ) -> None:
        """now: aware clock."""
        self._folder = folder
        self._sources = tuple(sources)
        self._now = now
        (folder / "sources").mkdir(parents=True, exist_ok=True)

    def key(self) -> bytes:
        """The secret of this installation's hashes; made on first use."""
        path = self._folder / "key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
            return path.read_bytes()

    def open_index(self, problem: Callable[[str], None]) -> tuple[Path, Index] | None:
        """The newest index that is sound; each that is not is told to `problem`."""
        for path in self._indexes():
            try:
                return path, Index.open(path, self.key())
            except BadIndex as bad:
                problem(str(bad))
        return None

    def is_current(self, index: Index) -> bool:
        """Whether an index was made from these sources in these versions."""
        made = {(info.id, info.category, info.version) for info in index.lists}
        return made == {(each.id, each.category, each.version) for each in self._present()}

    def _indexes(self) -> list[Path]:
        return sorted(self._folder.glob("index-*.gdx"), reverse=True)

    def _present(self) -> list[Source]:
        """The sources that have content, each with the place and version of that content."""
        return [each for each in map(self._content, self._sources) if each is not None]

    def _content(self, source: Source) -> Source | None:
        if source.is_remote:
            format_, path = source.format, self._path(source, "txt")
            if source.kind is SourceKind.IWF:
                format_, path = "hashes", self._path(source, "hashes")
            if not path.exists():
                return None
            version = str(self._notes(source).get("fetched", ""))
            return replace(source, location=str(path), format=format_, version=version)
        try:
            changed = Path(source.location).stat().st_mtime
        except OSError:
            return None
        stamp = datetime.fromtimestamp(int(changed), UTC).isoformat(timespec="seconds")
        return source if source.version else replace(source, version=stamp)

    def _path(self, source: Source, ending: str) -> Path:
        return self._folder / "sources" / f"{source.id}.{ending}"

    def _notes(self, source: Source) -> dict[str, Any]:
        try:
            notes = json.loads(self._path(source, "json").read_text())
        except (OSError, ValueError):
            return {}
        return notes if isinstance(notes, dict) else {}

    def _note(self, source: Source, **changes: object) -> None:
        text = json.dumps({**self._notes(source), **changes}, indent=1)
        path = self._path(source, "json")
        aside = path.with_suffix(".new")
        aside.write_text(text)
        aside.replace(path)

    def status(self) -> list[SourceStatus]:
        """How each source stands."""
        return [self._status(source) for source in self._sources]

    def _status(self, source: Source) -> SourceStatus:
        notes = self._notes(source)
        report = notes.get("report", {})
        fetched = notes.get("fetched")
        problem = str(notes.get("problem", ""))
        if self._content(source) is None and not problem:
            problem = "not fetched yet" if source.is_remote else f"{source.location}: no such file"
        return SourceStatus(
            source,
            int(report.get("taken", 0)),
            sum(report.get("refused", {}).values()),
            datetime.fromisoformat(fetched) if fetched else None,
            problem,
        )

    async def fetch_due(self, *, everything: bool = False) -> None:
        """Fetch what is older than its source allows; a failure leaves the last good content."""
        due = [each for each in self._sources if each.is_remote and (everything or self._due(each))]
        if not due:
            return
        import aiohttp  # only where something is fetched

        async with aiohttp.ClientSession(auto_decompress=False) as session:
            for source in due:
                await self._fetch(session, source)

    def _due(self, source: Source) -> bool:
        tried = self._notes(source).get("checked")
        return tried is None or self._now() - datetime.fromisoformat(tried) >= source.update

    async def _fetch(self, session: Any, source: Source) -> None:
        from guardian.lists.fetch import FetchError, fetch

        notes = self._notes(source)
        now = self._now().isoformat(timespec="seconds")
        to = self._path(source, "txt")
        try:
            fetched = await fetch(
                session,
                source.location,
                to,
                str(notes.get("etag", "")),
                str(notes.get("last_modified", "")),
            )
        except FetchError as problem:
            self._note(source, checked=now, problem=f"{problem}; the last good one stays")
            return
        if fetched.changed:
            if source.kind is SourceKind.IWF:
                self._hash_away(source, to)
            self._note(source, fetched=now, etag=fetched.etag, last_modified=fetched.last_modified)
        self._note(source, checked=now, problem="")

    def _hash_away(self, source: Source, plain: Path) -> None:
        from guardian.lists.compile import hashed, read_source, replace_file

        parsed, _ = read_source(source, plain)
        replace_file(self._path(source, "hashes"), [hashed(parsed, self.key())], 0o600)
        plain.unlink()

    async def compile(self) -> Path:
        """Make a new index in a process of its own. Raises CompileError; nothing is lost then."""
        serials = [int(path.stem.partition("-")[2]) for path in self._indexes()]
        out = self._folder / f"index-{max(serials, default=0) + 1:08}.gdx"
        job = {
            "key": self.key().hex(),
            "out": str(out),
            "sources": [
                {
                    "id": each.id,
                    "category": each.category,
                    "kind": each.kind.value,
                    "format": each.format,
                    "version": each.version,
                    "path": each.location,
                }
                for each in self._present()
            ],
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "guardian.lists.compile_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        told, complaint = await process.communicate(json.dumps(job).encode())
        if process.returncode:
            last = complaint.decode(errors="replace").strip().splitlines()[-1:]
            raise CompileError(f"the lists could not be compiled: {''.join(last)}")
        outcome = json.loads(told)
        for source in self._sources:
            if source.id in outcome["reports"]:
                self._note(source, report=outcome["reports"][source.id])
            if source.id in outcome["problems"]:
                self._note(source, problem=outcome["problems"][source.id])
        for old in self._indexes()[_KEPT:]:
            old.unlink(missing_ok=True)
        return out
