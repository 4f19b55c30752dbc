"""Work in a process of its own, at low priority: its memory is gone when it ends.

A job goes in as JSON on standard input; lines come back on standard output, each JSON: how far it
is (`tell`), and at the end the outcome.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any, Final

from guardian.errors import GuardianError, Said, from_data, sentence_of, to_data

_LONGEST_LINE: Final = 64 << 20  # an outcome with the reports of many lists


class ChildFailed(GuardianError):
    """The process ended without an outcome."""


async def run_child(
    module: str,
    job: dict[str, Any],
    limit_seconds: float,
    hear: Callable[[dict[str, Any]], None] = lambda _told: None,
) -> dict[str, Any]:
    """The outcome of a job. Raises ChildFailed; the process never outlives the call.

    hear: told what the process tells on its way.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
    except OSError as problem:
        raise ChildFailed(
            Said("no process could be started (%(problem)s)", problem=problem.strerror)
        ) from None
    try:
        async with asyncio.timeout(limit_seconds):
            outcome, complaint = await _talk(process, json.dumps(job).encode(), hear)
    except TimeoutError:
        raise ChildFailed(
            Said("it took longer than %(seconds)s seconds", seconds=f"{limit_seconds:.0f}")
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or outcome is None:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:]
        ended = Said("the process ended with %(code)s", code=process.returncode)
        raise ChildFailed("".join(last) or ended)
    if "failed" in outcome:
        raise ChildFailed(from_data(outcome["failed"]))
    return outcome


async def _talk(
    process: asyncio.subprocess.Process, job: bytes, hear: Callable[[dict[str, Any]], None]
) -> tuple[dict[str, Any] | None, bytes]:
    """Give the job, and hear what is told of it; gives the outcome, and all complaints."""
    sent, lines, complaints = process.stdin, process.stdout, process.stderr
    assert sent is not None  # noqa: S101 (they are pipes)
    assert lines is not None  # noqa: S101
    assert complaints is not None  # noqa: S101

    async def give() -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            sent.write(job)
            await sent.drain()
        sent.close()

    async def listen() -> dict[str, Any] | None:
        outcome: dict[str, Any] | None = None
        async for line in lines:
            if not line.endswith(b"\n"):  # it was killed while it spoke
                break
            told = json.loads(line)
            if "outcome" in told:
                outcome = told["outcome"]
            else:
                hear(told)
        return outcome

    _, outcome, complaint = await asyncio.gather(give(), listen(), complaints.read())
    await process.wait()
    return outcome, complaint


def tell(**told: Any) -> None:
    """Inside the process: say how far it is."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def serve(work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Inside the process: read the job, do it, tell the outcome. What fails is said in words."""
    os.nice(10)
    try:
        outcome = work(json.load(sys.stdin))
    except GuardianError as problem:
        outcome = {"failed": to_data(sentence_of(problem))}
    except OSError as problem:
        outcome = {"failed": str(problem)}
    except MemoryError:
        said = Said("it takes more memory than it may have; give it more (lists: memory)")
        outcome = {"failed": to_data(said)}
    tell(outcome=outcome)
    return 0
