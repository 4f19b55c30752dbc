"""A word to a running guardian is heard at once, and nobody is harmed where none runs."""

import asyncio
from pathlib import Path

from guardian.service.wake import listening, wake


def test_a_word_is_heard(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()

    async def hear() -> None:
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        for _ in range(2):  # a socket that an earlier guardian left is no obstacle
            with listening(tmp_path, loop, heard.set):
                for _ in range(3):
                    wake(tmp_path)
                await asyncio.wait_for(heard.wait(), 5)
                heard.clear()
            (tmp_path / "run" / "wake.sock").touch()

    asyncio.run(hear())


def test_nobody_listens(tmp_path: Path) -> None:
    wake(tmp_path)
    wake(tmp_path / ("a" * 200))

    async def deaf() -> None:
        with listening(tmp_path / "nowhere", asyncio.get_running_loop(), lambda: None):
            wake(tmp_path / "nowhere")

    asyncio.run(deaf())
