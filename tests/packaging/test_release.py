"""A release: the same bytes twice, its parts named, and nobody else's taken for genuine."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guardian import __version__
from guardian.cli.main import main
from tests.programs import program

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(300)


def release(into: Path, *words: str) -> None:
    script = str(REPOSITORY / "packaging" / "release.py")
    subprocess.run(
        [sys.executable, script, "--into", str(into), *words],
        check=True, stdout=subprocess.DEVNULL, timeout=250,
    )  # fmt: skip


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ours", "theirs"):
        subprocess.run(
            [program("minisign"), "-G", "-W", "-s", f"{name}.key", "-p", f"{name}.pub"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Path:
    folder = tmp_path_factory.mktemp("released")
    release(folder, "--key", str(keys / "ours.key"))
    return folder


@pytest.fixture
def copy(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "copy"))


def test_the_same_commit_gives_the_same_bytes(released: Path, tmp_path: Path) -> None:
    release(tmp_path / "again")
    made = sorted(each.name for each in (tmp_path / "again").iterdir())
    assert made == sorted(
        [
            f"guardian-{__version__}-py3-none-any.whl",
            f"guardian-{__version__}.cdx.json",
            f"guardian-{__version__}.tar.gz",
            "SHA256SUMS",
        ]
    )
    for name in made:
        assert (tmp_path / "again" / name).read_bytes() == (released / name).read_bytes(), name
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=released, check=True)


def test_the_list_of_parts(released: Path) -> None:
    parts = json.loads((released / f"guardian-{__version__}.cdx.json").read_text())
    assert (parts["bomFormat"], parts["specVersion"]) == ("CycloneDX", "1.5")
    names = {each["name"] for each in parts["components"]}
    assert {"aiohttp", "cryptography", "pyyaml", "yarl"} <= names  # yarl is aiohttp's
    assert "pytest" not in names
    needs = {each["ref"]: each["dependsOn"] for each in parts["dependencies"]}
    known = {each["bom-ref"] for each in parts["components"]}
    known.add(parts["metadata"]["component"]["bom-ref"])
    assert all(set(each) <= known for each in needs.values())
    assert needs.keys() == known


def check(capsys: pytest.CaptureFixture[str], where: Path | str, key: Path) -> tuple[int, str]:
    code = main(["update", "--check", str(where), "--key-file", str(key)])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_genuine_one(
    copy: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = check(capsys, copy, keys / "ours.pub")
    assert code == 0
    assert told.count("is genuine.") == 3
    assert f"{__version__} is what runs here." in told
    wheel = copy / f"guardian-{__version__}-py3-none-any.whl"
    assert check(capsys, wheel, keys / "ours.pub")[0] == 0
    config = tmp_path / "home.yaml"
    shutil.copy(keys / "ours.pub", tmp_path / "release.pub")
    config.write_text(
        "household: {time_zone: UTC}\nupstreams: [9.9.9.9]\nunknown_devices: {profile: none}\n"
        "updates: {key_file: release.pub}\n"
    )
    assert main(["update", "--check", str(copy), "--config", str(config)]) == 0
    assert main(["update", "--check", "--config", str(config)]) == 2
    assert "or write updates.url" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["whl", "cdx.json", "SHA256SUMS", "minisig"])
def test_a_flipped_byte_is_refused(
    copy: Path, keys: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    [path] = [each for each in copy.iterdir() if each.name.endswith(name)]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, told = check(capsys, copy, keys / "ours.pub")
    assert code == 1
    assert "do not install" in told


def test_somebody_elses_key_an_old_signature_and_a_strange_file(
    copy: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = check(capsys, copy, keys / "theirs.pub")
    assert (code, "signed with another key" in told) == (1, True)
    strange = copy / "guardian-9.9.9-py3-none-any.whl"
    strange.write_bytes(b"x")
    code, told = check(capsys, strange, keys / "ours.pub")
    assert (code, "has no such file" in told) == (1, True)
    (copy / "SHA256SUMS.minisig").unlink()
    code, told = check(capsys, copy, keys / "ours.pub")
    assert (code, "No such file" in told) == (1, True)
    code, told = check(capsys, copy, copy / "SHA256SUMS")
    assert (code, "no public key of minisign" in told) == (1, True)


def test_a_newer_one_is_told_and_its_files_must_be_of_it(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digests = tmp_path / "SHA256SUMS"
    digests.write_text(f"{'0' * 64}  guardian-7.1.0-py3-none-any.whl\n")
    for comment, code, said in (
        ("guardian 7.1.0", 0, "7.1.0 is newer than this guardian"),
        ("guardian 7.2.0", 1, "not of version 7.2.0"),
        ("something else", 1, "no release of guardian"),
    ):
        command = [program("minisign"), "-S", "-s", str(keys / "ours.key"), "-m", str(digests)]
        subprocess.run([*command, "-t", comment], check=True, stdout=subprocess.DEVNULL)
        assert check(capsys, tmp_path, keys / "ours.pub")[0] == code
        main(["update", "--check", str(tmp_path), "--key-file", str(keys / "ours.pub")])
        told = capsys.readouterr()
        assert said in told.out + told.err
