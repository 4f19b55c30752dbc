"""Work in a process of its own, at low priority: its memory is gone when it ends.

A job goes in as JSON on standard input, an outcome comes back on standard output.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from guardian.errors import GuardianError


class ChildFailed(GuardianError):
    """The process ended without an outcome."""


async def run_child(module: str, job: dict[str, Any], limit_seconds: float) -> dict[str, Any]:
    """The outcome of a job. Raises ChildFailed; the process never outlives the call."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as problem:
        raise ChildFailed(f"no process could be started ({problem.strerror})") from None
    try:
        async with asyncio.timeout(limit_seconds):
            told, complaint = await process.communicate(json.dumps(job).encode())
    except TimeoutError:
        raise ChildFailed(f"it took longer than {limit_seconds:.0f} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:]
        raise ChildFailed("".join(last) or f"the process ended with {process.returncode}")
    outcome = json.loads(told)
    if "failed" in outcome:
        raise ChildFailed(outcome["failed"])
    return dict(outcome)


def serve(work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Inside the process: read the job, do it, tell the outcome. What fails is said in words."""
    os.nice(10)
    try:
        outcome = work(json.load(sys.stdin))
    except (OSError, GuardianError) as problem:
        outcome = {"failed": str(problem)}
    json.dump(outcome, sys.stdout)
    return 0
