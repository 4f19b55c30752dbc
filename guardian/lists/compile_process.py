"""Compile in a process of its own: see `child`.

The job: {"key", "folder", "protected", "made_from", "sources": [source]}; a source: {"id",
"category", "kind", "location", "version", "suffixes", "tries": [{"path", "format"}], "keep"}. The
first of its tries that can be read is used and, where it is not yet kept, becomes the last good one
at `keep`.
The outcome: {"path", "names", "reports": {id: report}, "problems": {id: sentence}, "rejected":
[id]}; a source is rejected where new content of it could not be used.
"""

import contextlib
import fcntl
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from guardian.lists import confidential
from guardian.lists.child import serve
from guardian.lists.compile import Compiler
from guardian.lists.index import BadIndex, Index
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.runs import Run
from guardian.lists.serials import indexes, next_index
from guardian.lists.source import Source, SourceKind

KEPT: Final = 2  # indexes
_FETCHED: Final = (".new", ".hashes")  # can be had again; unusable, they only stand in the way


def compile_job(job: dict[str, Any]) -> dict[str, Any]:
    """Do what a job says; a source of which nothing can be read is left out and named."""
    folder, key = Path(job["folder"]), bytes.fromhex(job["key"])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one compilation at a time, whoever asks for it
        (folder / "runs").mkdir(exist_ok=True, mode=0o700)
        _remove_runs(folder / "runs", {each["id"] for each in job["sources"]})
        compiler = Compiler(key, job["protected"], folder / "runs")
        problems: dict[str, str] = {}
        rejected: list[str] = []
        # Confidential lists first: should label sets run out, theirs are there.
        for each in sorted(job["sources"], key=lambda each: each["kind"] != SourceKind.IWF):
            _add(compiler, each, key, problems, rejected)
        path = next_index(folder)
        compiled = compiler.write(path, made_from=job["made_from"], before=_newest(folder, key))
        _remove_old(folder, path, key)
    return {
        "path": str(path),
        "names": compiled.names,
        "reports": compiled.reports,
        "problems": problems,
        "rejected": rejected,
    }


def _add(
    compiler: Compiler,
    said: dict[str, Any],
    key: bytes,
    problems: dict[str, str],
    rejected: list[str],
) -> None:
    keep = Path(said["keep"]) if said["keep"] else None
    for each in said["tries"]:
        path = Path(each["path"])
        source = _source(said, each["format"])
        try:
            run = compiler.add(source, path)
        except BadSource as problem:
            problems.setdefault(source.id, str(problem))
            if path.suffix in _FETCHED:
                path.unlink(missing_ok=True)
                rejected.append(source.id)
            continue
        if source.id in problems:
            problems[source.id] += "; the last good one stays"
        elif keep is not None and path != keep:
            _keep(source, path, keep, run, key)
        return
    why = problems.get(said["id"], "nothing was fetched yet")
    problems[said["id"]] = f"{why}; nothing of it is in force"


def _source(said: dict[str, Any], format_: str) -> Source:
    return Source(
        said["id"],
        said["category"],
        said["location"],
        SourceKind(said["kind"]),
        format_,
        version=said["version"],
        suffixes=frozenset(said["suffixes"]),
    )


def _keep(source: Source, path: Path, keep: Path, run: Run, key: bytes) -> None:
    if path.is_dir():
        return  # too much to keep twice: it stays where it is
    if path.suffix == ".new":
        path.replace(keep)
    elif keep.exists() and keep.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return
    elif source.kind is SourceKind.IWF:
        replace_file(keep, [confidential.to_bytes(run, key)], 0o600)
    else:
        aside = keep.with_suffix(".part")
        shutil.copyfile(path, aside)
        aside.replace(keep)


def _remove_runs(folder: Path, ids: set[str]) -> None:
    """Leave the runs of these sources, and nothing that a kill left half written."""
    for path in folder.iterdir():
        if path.suffix != ".run" or path.stem not in ids:
            path.unlink(missing_ok=True)


def _remove_old(folder: Path, newest: Path, key: bytes) -> None:
    """Leave the newest, and before it those that are sound, KEPT in all."""
    kept = 1
    for path in indexes(folder):
        if path == newest:
            continue
        if kept < KEPT and _is_sound(path, key):
            kept += 1
        else:
            path.unlink(missing_ok=True)


def _newest(folder: Path, key: bytes) -> Index | None:
    """The newest index, where it is sound."""
    for path in indexes(folder)[:1]:
        with contextlib.suppress(BadIndex):
            return Index.open(path, key)
    return None


def _is_sound(path: Path, key: bytes) -> bool:
    try:
        Index.open(path, key)
    except BadIndex:
        return False
    return True


if __name__ == "__main__":
    sys.exit(serve(compile_job))
