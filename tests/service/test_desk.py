"""A command asks the running control; whoever talks nonsense gets nothing, and others go on."""

import asyncio
import socket
from pathlib import Path

import pytest

from guardian.service import desk
from guardian.service.desk import Desk, NotRunning


def test_a_question_is_answered_and_nonsense_is_not(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()

    def nonsense(line: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(5)
            sock.connect(str(tmp_path / desk.PATH))
            sock.sendall(line)
            sock.shutdown(socket.SHUT_WR)
            return sock.makefile("rb").read()

    async def talk() -> None:
        counter = Desk({"seen": lambda person: {"names": {person: 1}}})
        await counter.open(tmp_path)
        assert (tmp_path / desk.PATH).stat().st_mode & 0o077 == 0
        for line in (b"", b"\n", b"[1]\n", b'{"ask": "x"}\n', b"\xff\n", b"[" * 60_000 + b"\n"):
            assert await asyncio.to_thread(nonsense, line) in (b"", b"null\n")
        said = await asyncio.to_thread(desk.ask, tmp_path, "seen", "Lina")
        assert said == {"names": {"Lina": 1}}
        counter.close()

    asyncio.run(talk())


def test_nobody_is_there(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="start it: guardian run"):
        desk.ask(tmp_path, "seen", "Lina")
