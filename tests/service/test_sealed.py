"""Backups that only a passphrase opens: whole or not at all, and by age itself."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from guardian.service.sealed import CannotSeal, WrongPassphrase, is_sealed, opened, seal

WORDS = "correct horse battery staple"
PIECE = 64 * 1024


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_comes_back(size: int) -> None:
    content = os.urandom(size)
    sealed = seal(content, WORDS)
    assert is_sealed(sealed)
    assert opened(sealed, WORDS) == content
    assert size < 32 or content[:32] not in sealed


def test_twice_is_never_the_same() -> None:
    assert seal(b"x", WORDS) != seal(b"x", WORDS)


def test_another_passphrase_and_a_short_one() -> None:
    with pytest.raises(WrongPassphrase, match="does not open it"):
        opened(seal(b"content", WORDS), WORDS + "x")
    with pytest.raises(CannotSeal, match="at least 10 characters"):
        seal(b"content", "short")


def test_any_flipped_bit_or_cut_is_seen() -> None:
    sealed = seal(os.urandom(2 * PIECE), WORDS)
    body = sealed.index(b"\n---") + 49
    for at in (3, 30, 50, 100, body + 5, body + 100, body + PIECE + 40, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(CannotSeal):
            opened(bytes(changed), WORDS)
    for end in (10, 60, body, body + 16, body + 16 + PIECE + 16, len(sealed) - 1):
        with pytest.raises(CannotSeal):
            opened(sealed[:end], WORDS)
    with pytest.raises(CannotSeal):
        opened(sealed + b"x", WORDS)


def test_a_cost_that_no_machine_has_is_refused() -> None:
    sealed = seal(b"content", WORDS)
    dear = sealed.replace(b" 16\n", b" 60\n", 1)
    with pytest.raises(CannotSeal, match="damaged"):
        opened(dear, WORDS)


def with_terminal(command: list[str], typed: int) -> None:
    """Run a program that asks for the passphrase at its terminal, so many times."""
    ours, terminal = pty.openpty()
    program = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command], stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    asked, answered = b"", 0
    while select.select([ours], [], [], 60)[0]:
        try:
            asked += os.read(ours, 1024)
        except OSError:  # nobody has the other end any more
            break
        if answered < typed and asked.rstrip().endswith(b":"):
            os.write(ours, WORDS.encode() + b"\n")
            answered, asked = answered + 1, b""
    os.close(ours)
    assert program.wait(60) == 0, asked


def test_age_opens_ours_and_we_open_ages(tmp_path: Path) -> None:
    ours, theirs, plain = tmp_path / "ours.age", tmp_path / "theirs.age", tmp_path / "plain"
    content = os.urandom(PIECE + 77)
    ours.write_bytes(seal(content, WORDS))
    with_terminal(["age", "--decrypt", "-o", str(plain), str(ours)], 1)
    assert plain.read_bytes() == content
    with_terminal(["age", "--passphrase", "-o", str(theirs), str(plain)], 2)
    assert opened(theirs.read_bytes(), WORDS) == content


def test_the_passphrase_stands_on_no_command_line(tmp_path: Path) -> None:
    """Others on a machine can read what processes were started with."""
    script = (
        "import subprocess, sys; from guardian.service import sealed\n"
        "real = subprocess.run\n"
        "def seen(command, **rest):\n"
        "    print(*command); return real(command, **rest)\n"
        "subprocess.run = seen\n"
        f"sealed.seal(b'x', {WORDS!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert b"guardian.service.sealed seal" in done.stdout
    assert WORDS.encode() not in done.stdout
