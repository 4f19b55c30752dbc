"""Compile in a process of its own: a job as JSON comes in, an outcome as JSON goes out.

The job: {"key", "out", "sources": [{"id", "category", "kind", "format", "version", "path"}]}.
The outcome: {"names", "reports": {id: report}, "problems": {id: sentence}}.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from guardian.lists.compile import BadSource, Compiler
from guardian.lists.source import Source, SourceKind


def compile_job(job: dict[str, Any]) -> dict[str, Any]:
    """Do what a job says; a source that cannot be read is left out and named."""
    compiler = Compiler(bytes.fromhex(job["key"]))
    problems = {}
    for each in job["sources"]:
        source = Source(
            each["id"],
            each["category"],
            each["path"],
            SourceKind(each["kind"]),
            each["format"],
            version=each["version"],
        )
        try:
            compiler.add(source, Path(each["path"]))
        except BadSource as problem:
            problems[source.id] = str(problem)
    compiled = compiler.write(Path(job["out"]))
    return {"names": compiled.names, "reports": compiled.reports, "problems": problems}


def main() -> int:
    """Read the job from standard input, answer on standard output."""
    os.nice(10)
    json.dump(compile_job(json.load(sys.stdin)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
