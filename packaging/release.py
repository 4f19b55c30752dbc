"""Build what is given out: wheel, sdist, list of parts (SBOM), digests, and a signature over them.

    python packaging/release.py [--into dist] [--key minisign.key]

It is made of the last commit alone, with its time: the same commit gives the same bytes. The key is
minisign's and never in the repository; docs/releasing.md has the whole.
"""

import argparse
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parents[1]
DIGESTS: Final = "SHA256SUMS"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_VERSION: Final = re.compile(r'__version__ = "([^"]+)"')


def main() -> int:
    parser = argparse.ArgumentParser(description="Build a release of the last commit.")
    parser.add_argument("--into", type=Path, default=HERE / "dist", metavar="DIR")
    parser.add_argument("--key", type=Path, metavar="FILE", help="minisign's secret key")
    args = parser.parse_args()
    into: Path = args.into
    into.mkdir(parents=True, exist_ok=True)
    when = int(_git("log", "-1", "--format=%ct"))
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "guardian"
        _check_out(tree)
        text = (tree / "guardian" / "__init__.py").read_text(encoding="utf-8")
        found = _VERSION.search(text)
        if found is None:
            raise SystemExit("guardian/__init__.py: there is no __version__ in it; write one")
        files = _built(tree, Path(folder) / "out", when)
        sbom = Path(folder) / f"guardian-{found[1]}.cdx.json"
        sbom.write_text(_parts(found[1], files, when), encoding="utf-8")
        for each in (*files, sbom):
            shutil.copyfile(each, into / each.name)
        names = sorted(each.name for each in (*files, sbom))
    digests = into / DIGESTS
    digests.write_text("".join(f"{_digest(into / name)}  {name}\n" for name in names))
    signature = into / f"{DIGESTS}.minisig"
    signature.unlink(missing_ok=True)
    if args.key is None:
        print("It is not signed: give --key, or make release KEY=…")
    else:
        command = ["minisign", "-S", "-s", str(args.key), "-m", str(digests)]
        command += ["-x", str(signature), "-t", f"guardian {found[1]}"]
        subprocess.run(command, check=True)
    for name in names:
        print(into / name)
    return 0


def _git(*words: str) -> str:
    command = ["git", "-C", str(HERE), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _check_out(tree: Path) -> None:
    """What the last commit has, and nothing that lies about besides."""
    command = ["git", "-C", str(HERE), "archive", "--format=tar", "HEAD"]
    content = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(tree, filter="data")


def _built(tree: Path, out: Path, when: int) -> list[Path]:
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(when), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    subprocess.run(command, cwd=tree, env=env, check=True, stdout=subprocess.DEVNULL)
    return sorted(out.iterdir())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _parts(version: str, files: list[Path], when: int) -> str:
    """A CycloneDX 1.5 list of guardian and all that it needs, as installed where this runs."""
    needs = _needs("guardian")
    reference = {name: f"pkg:pypi/{name}@{metadata.version(name)}" for name in needs}
    reference["guardian"] = f"pkg:pypi/guardian@{version}"
    hashes = [{"alg": "SHA-256", "content": _digest(each)} for each in files]
    said = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(hashes))}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(when, UTC).isoformat(),
            "component": {
                **_component("guardian", version, reference["guardian"], "application"),
                "hashes": hashes,
            },
        },
        "components": [
            _component(name, metadata.version(name), reference[name], "library")
            for name in sorted(needs)
            if name != "guardian"
        ],
        "dependencies": [
            {"ref": reference[name], "dependsOn": sorted(reference[each] for each in needs[name])}
            for name in sorted(needs)
        ],
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def _needs(root: str) -> dict[str, list[str]]:
    """What needs what, from guardian on; extras are no part of it."""
    found: dict[str, list[str]] = {}
    left = [root]
    while left:
        name = left.pop()
        if name not in found:
            found[name] = sorted(set(_required(name)))
            left += found[name]
    return found


def _required(name: str) -> Iterator[str]:
    for line in metadata.requires(name) or ():
        requirement, _, marker = line.partition(";")
        word = _NAME.match(requirement)
        if word is None or "extra" in marker:
            continue
        try:
            metadata.version(word[0])
        except metadata.PackageNotFoundError:  # for another system or Python
            continue
        yield re.sub(r"[-_.]+", "-", word[0]).lower()


def _component(name: str, version: str, reference: str, kind: str) -> dict[str, Any]:
    about = metadata.metadata(name)
    said = [about[key] for key in ("License-Expression", "License") if key in about]
    licence = next((line.strip() for each in said for line in each.splitlines()[:1]), "")
    named = [{"license": {"name": licence}}] if licence else []
    part = {"type": kind, "bom-ref": reference, "name": name, "version": version, "purl": reference}
    return {**part, "licenses": named} if named else part


if __name__ == "__main__":
    sys.exit(main())
