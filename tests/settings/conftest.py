"""A folder of bundled lists, and files that are written for a test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.settings import ConfigError, Settings, load

Load = Callable[[str], Settings]

FOLDERS = {"adult": "adult", "games": "games", "video": "video", "iwf-sample": "illegal"}


@pytest.fixture
def blocklists(tmp_path: Path) -> Path:
    for folder, category in FOLDERS.items():
        about = tmp_path / "blocklists" / folder / "about.yaml"
        about.parent.mkdir(parents=True)
        about.write_text(f"id: {folder}-starter\ncategory: {category}\n", encoding="utf-8")
    return tmp_path / "blocklists"


@pytest.fixture
def loaded(tmp_path: Path, blocklists: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads a text as the file home.yaml of the current folder."""
    monkeypatch.chdir(tmp_path)

    def load_text(text: str) -> Settings:
        path = Path("home.yaml")
        path.write_text(text, encoding="utf-8")
        return load(path, blocklists)

    return load_text


@pytest.fixture
def problems(loaded: Load) -> Callable[[str], list[str]]:
    """The sentences that a text earns."""

    def complain(text: str) -> list[str]:
        with pytest.raises(ConfigError) as raised:
            loaded(text)
        return str(raised.value).splitlines()

    return complain
