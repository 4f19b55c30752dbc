"""Are the lists in force, and how old are they?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guardian.lists.index import Index
from guardian.lists.library import Library
from guardian.lists.standing import SourceStatus
from guardian.lists.trust.doubts import sentences
from guardian.service.doctor.finding import Case, Finding, fail, lasted, ok, warn
from guardian.service.known import known, never_came
from guardian.service.plan import library_of, sources_of

_LATE: Final = 3  # times its interval of updates: then a list is old
_START: Final = "start guardian run, which compiles the lists"


def index(case: Case) -> Iterator[Finding]:
    """The compiled lists: sound, of the lists as they are, with every list in it."""
    lists = library(case)
    if lists is None:
        yield warn("no lists were compiled yet", _START)
        return
    problems: list[str] = []
    opened = lists.open_index(problems.append)
    for problem in problems:
        yield warn(problem, "guardian lists update makes another one")
    if opened is None:
        yield fail("no lists are in force", _START)
        return
    path, found = opened
    age = lasted(case.now - datetime.fromtimestamp(path.stat().st_mtime, UTC))
    yield from _whole(case, found)
    said = f"{found.names} names of {len(found.lists)} lists were compiled {age} ago"
    if lists.is_current(found):
        yield ok(said)
    else:
        yield warn(f"{said}, and lists have changed since", "guardian lists update compiles them")


def _whole(case: Case, found: Index) -> Iterator[Finding]:
    if case.settings is not None:
        wanted = sources_of(case.settings)
        have = known(wanted, found.lists, (), case.now, store=True)
        for each in never_came(wanted, found.lists):
            name = each.title or each.id
            is_missed = (name, each.category) in have.absent
            waits = "; who is strict waits for it" if is_missed else ""
            yield warn(
                f'the list "{name}" ({each.category}) never came{waits}',
                "see guardian lists status; mend its address, or take it out",
            )


def sources(case: Case) -> Iterator[Finding]:
    """Each list that is fetched: when it came last, and what is wrong with it."""
    lists = library(case)
    found = lists.status() if lists else []
    worst = [finding for each in found if (finding := _source(each, case.now))]
    yield from worst
    remote = [each.asked for each in found if each.asked is not None]
    if found and not worst:
        ago = lasted(case.now - min(remote)) if remote else ""
        oldest = f", the oldest was asked for {ago} ago" if remote else ""
        yield ok(f"all {len(found)} lists are well{oldest}")


def _source(status: SourceStatus, now: datetime) -> Finding | None:
    source = status.source
    if status.is_expired:
        said = f"{source.id}: {status.problem}"
        return fail(said, "have it fetched, or write its file anew; see guardian lists status")
    if status.problem:
        return warn(f"{source.id}: {status.problem}", "see guardian lists status")
    if status.waiting is not None:
        said = f"new content of {source.id} waits for you: {sentences(status.waiting.doubts)}"
        mend = f"guardian lists diff {source.id}, then guardian lists release or reject {source.id}"
        return warn(said, mend)
    if status.asked is not None and now - status.asked > _LATE * source.update and not source.hold:
        said = f"{source.id} was asked for {lasted(now - status.asked)} ago"
        return warn(said, "guardian lists update fetches it; see that its address is still right")
    return None


def library(case: Case) -> Library | None:
    """The lists of the household, where there are any: nothing is made by looking."""
    folder: Path = case.state / "lists"
    if case.settings is None or not (folder / "key").exists():
        return None
    return library_of(case.settings, case.state, lambda: case.now)
