"""The package on a Debian that runs: installed, started by systemd, updated, removed, purged."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging import machine
from tests.packaging.machine import Machine
from tests.programs import program

REPOSITORY = Path(__file__).resolve().parents[2]
SAID = re.compile(
    r"Set guardian up at http://[0-9a-z.]+:8053/\nwith the code +([a-z0-9]{4}-[a-z0-9]{4})"
)
BIND_SERVICE = 1 << 10  # capabilities(7)
FILTERED = "2"  # proc(5): of Seccomp

pytestmark = pytest.mark.timeout(900)  # the machine may be busy


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two versions, the older first; both of what stands here."""
    program("dpkg-buildpackage")
    program("dh")
    folder = tmp_path_factory.mktemp("packages")
    script = str(REPOSITORY / "packaging/deb")
    for revision in ("", "+1"):
        subprocess.run(
            ["sh", script, str(folder)],
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "DEB_REVISION": revision},
            check=True, stdout=subprocess.DEVNULL, timeout=400,
        )  # fmt: skip
    older, newer = sorted(folder.glob("*.deb"), key=lambda each: "+1" in each.name)
    return older, newer


@pytest.fixture
def debian(packages: tuple[Path, Path], tmp_path: Path) -> Iterator[Machine]:
    """A machine that has both packages in /root, and none installed."""
    with machine.running(tmp_path) as running:
        for name, package in zip(("older.deb", "newer.deb"), packages, strict=True):
            shutil.copy(package, running.root / "root" / name)
        yield running


def install(debian: Machine, name: str = "older.deb") -> str:
    return debian.run("dpkg", "--install", f"/root/{name}")


def answer(debian: Machine, *more: str) -> str:
    return debian.run("dig", "+short", "+tries=1", "+time=5", "localhost", *more, well=False)


def processes(debian: Machine) -> dict[str, dict[str, str]]:
    """The processes of guardian's service by name, with what the kernel says of them."""
    pids = debian.run("cat", "/sys/fs/cgroup/system.slice/guardian.service/cgroup.procs").split()
    found = {}
    for pid in pids:
        lines = debian.run("cat", f"/proc/{pid}/status").splitlines()
        about = {key: value.strip() for key, _, value in (each.partition(":") for each in lines)}
        found[about["Name"]] = about
    return found


def test_one_command_and_devices_are_answered(debian: Machine) -> None:
    said = install(debian)
    match = SAID.search(said)
    assert match, said
    assert f"with the code      {match[1]}" in debian.run("guardian", "setup")
    for server in ("@127.0.0.1", "@::1"):
        assert answer(debian, server) == "127.0.0.1"
        assert answer(debian, server, "+tcp") == "127.0.0.1"
    page = debian.run("curl", "-sL", "http://127.0.0.1:8053/")
    assert 'id="code"' in page
    user = debian.run("id", "-u", "guardian")
    for name, about in processes(debian).items():
        assert about["Uid"].split() == [user] * 4, name
        assert (about["NoNewPrivs"], about["Seccomp"]) == ("1", FILTERED), name
        assert int(about["CapBnd"], 16) == BIND_SERVICE, name
    log = debian.run("journalctl", "-u", "guardian", "--no-pager")
    assert not re.search("denied|not permitted", log), log


def test_the_lists_are_compiled_under_the_filter_of_system_calls(debian: Machine) -> None:
    install(debian)
    config = debian.root / "etc/guardian/guardian.yaml"
    profile = "unknown_devices: {profile: kind}\nprofiles: {kind: {block: [adult]}}\n"
    text = config.read_text()
    config.write_text(text.replace("unknown_devices:\n  profile: none\n", profile))
    debian.run("systemctl", "reload", "guardian")
    blocked = (
        "for i in $(seq 100); do dig +short +tries=1 @127.0.0.1 www.pornhub.com | "
        "grep -qx 0.0.0.0 && exit 0; sleep 0.5; done; exit 1"
    )
    debian.run("sh", "-c", blocked)
    doctor = debian.run("guardian", "doctor", well=False)
    assert "guardian answers at 0.0.0.0:53 over UDP" in doctor
    assert not re.search("^fail +(state folder|store|index|configuration)", doctor, re.MULTILINE)


def test_an_update_loses_no_question_and_keeps_everything(debian: Machine) -> None:
    install(debian)
    code = debian.run("guardian", "setup").split()[-1]
    config = debian.root / "etc/guardian/guardian.yaml"
    config.write_text(config.read_text() + "# a parent's own remark\n")
    shutil.copy(Path(__file__).with_name("asker.py"), debian.root / "root/asker.py")
    asker = subprocess.Popen(
        [*debian.into, "python3", "/root/asker.py"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    before = debian.run("systemctl", "show", "-P", "MainPID", "guardian")
    install(debian, "newer.deb")
    assert debian.run("systemctl", "show", "-P", "MainPID", "guardian") != before
    told, _ = asker.communicate("\n", timeout=60)
    asked, lost, longest = map(int, told.split())
    sys.stdout.write(f"{asked} questions, {lost} lost, the longest waited {longest} ms")
    assert asked > 100
    assert lost == 0
    assert debian.run("guardian", "setup").split()[-1] == code
    assert "a parent's own remark" in config.read_text()


def test_dns_goes_on_when_control_dies(debian: Machine) -> None:
    install(debian)
    resolver = processes(debian)["guardian-dns"]["NSpid"].split()[-1]
    debian.run("systemctl", "kill", "--kill-whom=main", "-s", "KILL", "guardian")
    assert answer(debian, "@127.0.0.1") == "127.0.0.1"
    debian.run("guardian", "setup", "--wait", "60")
    assert processes(debian)["guardian-dns"]["NSpid"].split()[-1] == resolver
    debian.run("systemctl", "stop", "guardian.socket", "guardian.service")
    assert debian.run("ss", "-Hlnu", "sport = :53") == ""


def test_systemd_resolved_makes_room_and_comes_back(debian: Machine) -> None:
    debian.run("systemctl", "start", "systemd-resolved")
    stub = debian.run("readlink", "/etc/resolv.conf")
    assert "stub" in stub
    assert "systemd-resolved no longer listens at port 53" in install(debian)
    assert answer(debian, "@127.0.0.1") == "127.0.0.1"
    assert "stub" not in debian.run("readlink", "/etc/resolv.conf")
    debian.run("dpkg", "--remove", "guardian-dns")
    assert debian.run("readlink", "/etc/resolv.conf") == stub
    assert "127.0.0.53" in debian.run("ss", "-Hlnu", "sport = :53")


def test_who_has_port_53_is_named_and_left_alone(debian: Machine) -> None:
    debian.run("dnsmasq", "--port=53", "--no-resolv", "--user=root", "--pid-file=/run/dnsmasq.pid")
    said = install(debian)
    assert "port 53 is taken by dnsmasq" in said
    assert debian.run("systemctl", "is-active", "guardian", well=False) == "inactive"
    debian.run(
        "sh", "-c", "kill $(cat /run/dnsmasq.pid); while pidof dnsmasq; do :; done", well=False
    )
    debian.run("systemctl", "start", "guardian")
    debian.run("guardian", "setup", "--wait", "60")
    assert answer(debian, "@127.0.0.1") == "127.0.0.1"


def test_removing_keeps_what_is_the_household_s_and_purging_nothing(debian: Machine) -> None:
    before = _files(debian)
    install(debian)
    debian.run("dpkg", "--remove", "guardian-dns")
    assert (debian.root / "etc/guardian/guardian.yaml").exists()
    assert (debian.root / "var/lib/guardian/guardian.db").exists()
    assert debian.run("ss", "-Hlnu", "sport = :53") == ""
    debian.run("dpkg", "--purge", "guardian-dns")
    left = {each for each in _files(debian) - before if "guardian" in each}
    assert left <= {"/var/log/journal"}, left
    assert debian.run("getent", "passwd", "guardian", well=False) == ""
    assert debian.run("getent", "group", "guardian", well=False) == ""


def _files(debian: Machine) -> set[str]:
    return set(
        debian.run("find", "/", "-xdev", "-path", "/proc", "-prune", "-o", "-print").split("\n")
    )
