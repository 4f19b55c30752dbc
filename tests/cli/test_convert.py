"""guardian lists convert and report, as a person types them."""

import json
import subprocess
import sys
from pathlib import Path


def guardian(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guardian.cli.main", "lists", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_list_in_another_format(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ads.txt", tmp_path / "ads.conf"
    ours.write_text("||ads.example^\n||x.ads.example^\n||b.example^$client=x\n")
    done = guardian(
        "convert", str(ours), "-o", str(theirs), "--to", "unbound", "--compact", "--json"
    )
    report = json.loads(done.stdout)
    assert (done.returncode, report["written"], report["covered"]) == (0, 1, 1)
    assert report["unsupported"] == {"$client": 1}
    assert theirs.read_text() == 'server:\nlocal-zone: "ads.example." always_nxdomain\n'
    screen = guardian("convert", str(ours), "-o", "-", "--to", "domains")
    assert screen.stdout == "ads.example\nx.ads.example\n"
    assert "adblock: 100% of lines; 3 lines" in screen.stderr
    assert "1 × $client" in guardian("report", str(ours)).stdout


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = guardian("convert", str(tmp_path / "no"), "-o", str(tmp_path / "out"), "--to", "hosts")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "it cannot be read (No such file or directory)" in done.stderr
    (tmp_path / "ads.txt").write_text("ads.example\n")
    done = guardian("report", str(tmp_path / "ads.txt#x"))
    assert done.returncode == 2
