"""A file of another product, taken over by the command and read as guardian reads it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.cli.main import main
from guardian.settings import Settings, load

Taken = tuple[Settings, str]
TakeOver = Callable[..., Taken]


@pytest.fixture
def take_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> TakeOver:
    """Gives the settings, and what the command said."""

    def run(product: str, *words: str | Path) -> Taken:
        output = tmp_path / "taken.yaml"
        code = main(["import", product, *map(str, words), "-o", str(output)])
        told = capsys.readouterr()
        assert (code, told.err) == (0, "")
        return load(output), told.out

    return run
