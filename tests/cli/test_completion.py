"""What Tab offers, asked as the shells ask, and in each shell that is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guardian.cli.completion import words

ROOT = Path(__file__).resolve().parents[2]
HOME = f"--config {ROOT / 'config' / 'home.yaml'}"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pau", ["pause"]),
        ("nothing x", []),
        ("pause --en", ["--end"]),
        (f"pause {HOME} l", ["Lina"]),
        (f"pause {HOME} Lina 30m --for youtube-", ["youtube-kids"]),
        (f"grant {HOME} Lina --for games", ["games"]),
        ("requests ans", ["answer"]),
        ("requests answer 1 to", ["tonight"]),
        ("requests nothing x", []),
        (f"checkin {HOME} ", ["TV", "Console"]),
        ("completion ba", ["bash"]),
        ("pause --config /nonexistent L", []),
        ("pause --url http://127.0.0.1:1 --token-file /dev/null L", []),
        ("doctor x y", []),
    ],
)
def test_what_fits(typed: str, offered: list[str]) -> None:
    assert words(typed.split(" ")) == offered


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with this guardian on it, and a household with a name of two words."""
    script = tmp_path / "guardian"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m guardian.cli.main "$@"\n')
    script.chmod(0o755)
    text = (ROOT / "config" / "home.yaml").read_text()
    assert "name: Noor" in text
    (tmp_path / "home.yaml").write_text(text.replace("name: Noor", "name: Noor Al"))
    return f"{tmp_path}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("shell", "script", "said"),
    [
        (
            "bash",
            "source <(guardian completion bash); COMP_CWORD=4;"
            "COMP_WORDS=(guardian pause --config home.yaml N); _guardian; echo ${COMPREPLY[@]}",
            r"Noor\ Al",
        ),
        (
            "zsh",
            "compdef() { : }; source <(guardian completion zsh);"
            "compadd() { shift; print -l ${(P)1} };"
            "words=(guardian pause --config home.yaml N); CURRENT=5; _guardian",
            "Noor Al",
        ),
        (
            "fish",
            "guardian completion fish | source; complete -C 'guardian pause --config home.yaml N'",
            "Noor Al",
        ),
    ],
)
def test_in_a_shell(path: str, tmp_path: Path, shell: str, script: str, said: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not there")
    done = subprocess.run(
        [program, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PATH": path, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout.strip() == said, done.stderr
