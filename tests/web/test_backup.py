"""A backup from the page and from the command line, and all of it back."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import Visitor

HERE = "/settings/backup"


def copies(house: Running) -> list[str]:
    return sorted(each.name for each in (house.state / "backups").glob("*.zip"))


def test_made_changed_put_back(own: Running) -> None:
    parent = Visitor(own)
    parent.first_run()
    parent.get(HERE)
    assert parent.post(f"{HERE}/now").status == 303
    [name] = copies(own)
    page = parent.get(HERE)
    assert name in page.body
    assert "They are not encrypted" in page.text
    connection = parent.get(f"{HERE}/copies/{name}x")
    assert connection.status == 404
    own.run("pause", "Noor", "3h")
    own.write("age_band: 6-8, devices", "age_band: 9-12, devices")
    eventually(lambda: "9–12" in parent.get("/people/Lina").text)
    parent.get(HERE)
    done = parent.post(f"{HERE}/copies/{name}/restore")
    assert (done.status, done.location) == (303, "/login")
    assert parent.get("/").location.startswith("/login")  # everybody logs in anew
    assert len(copies(own)) == 2  # what was there before was copied
    assert parent.log_in().status == 303
    assert "6–8" in parent.get("/people/Lina").text
    assert "Internet paused" not in parent.get("/people/Noor").text
    assert own.ask("www.roblox.com").header.rcode is not None


def test_how_often_and_how_many(own: Running) -> None:
    parent = Visitor(own)
    parent.first_run()
    parent.get(HERE)
    done = parent.post(f"{HERE}/times", every="day", keep="9", version="")
    assert done.status == 303
    assert "keep: 9" in own.config.read_text()
    page = parent.post(f"{HERE}/times", every="hour", keep="0", version="")
    assert page.status == 422
    assert "Choose one of these." in page.text


def test_by_command(own: Running) -> None:
    parent = Visitor(own)
    parent.first_run()
    file = own.state.parent / "all.zip"
    own.run("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert sorted(archive.namelist()) == ["guardian.db", "guardian.yaml"]
    command = [sys.executable, "-m", "guardian.cli.main", "restore", str(file)]
    command += ["--config", str(own.config), "--state", str(own.state)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, "runs with this state folder" in refused.stderr) == (1, True)
    own.stop()
    own.write("Tom", "Tim")
    own.run("restore", str(file))
    assert "Tom" in own.config.read_text()
    assert "kept in" not in own.run("backup", "--list")
    own.start()
    assert parent.log_in().status == 303


def test_encrypted_by_page_and_command_and_back_on_another_machine(
    own: Running, tmp_path: Path
) -> None:
    secret = own.config.parent / "backup.passphrase"
    secret.write_text("correct horse battery staple\n")
    secret.chmod(0o600)
    own.config.write_text(
        own.config.read_text() + "\nbackup: {passphrase_file: backup.passphrase}\n"
    )
    parent = Visitor(own)
    parent.first_run()
    eventually(lambda: "encrypted with your passphrase" in parent.get(HERE).text)
    assert parent.post(f"{HERE}/now").status == 303
    [name] = [each.name for each in (own.state / "backups").glob("*.zip.age")]
    page = parent.get(HERE)
    assert name in page.body
    done = parent.post(f"{HERE}/copies/{name}/restore")
    assert (done.status, done.location) == (303, "/login")
    file = tmp_path / "all.age"
    own.run("backup", str(file))
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    other = tmp_path / "other"
    other.mkdir()
    elsewhere = [
        "--config", str(other / "home.yaml"), "--state", str(other / "state")
    ]  # fmt: skip
    command = [sys.executable, "-m", "guardian.cli.main", "restore", str(file), *elsewhere]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, input="")
    assert (asked.returncode, "a passphrase is needed" in asked.stderr) == (2, True)
    wrong = tmp_path / "wrong"
    wrong.write_text("another one altogether\n")
    wrong.chmod(0o600)
    refused = subprocess.run(
        [*command, "--passphrase-file", str(wrong)], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "does not open it" in refused.stderr) == (2, True)
    assert not (other / "home.yaml").exists()
    subprocess.run([*command, "--passphrase-file", str(secret)], check=True)
    assert (other / "home.yaml").read_text() == own.config.read_text()
