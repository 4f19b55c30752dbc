"""Which source a time zone comes from."""

from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from guardian.settings import zones


def system_data(folder: Path, version: str, city: str) -> tuple[Path, ...]:
    """A system whose Europe/Berlin is really another city's."""
    pytest.importorskip("tzdata")
    (folder / "Europe").mkdir()
    data = files("tzdata").joinpath("zoneinfo", *city.split("/")).read_bytes()
    (folder / "Europe" / "Berlin").write_bytes(data)
    (folder / "tzdata.zi").write_text(f"# version {version}\n", encoding="ascii")
    return (folder,)


@pytest.mark.parametrize(
    ("version", "hours"),
    [
        ("1999a", 1.0),  # the package's is newer
        ("9999a", 9.0),  # the system's is newer
    ],
)
def test_the_newer_source_is_used(tmp_path: Path, version: str, hours: float) -> None:
    berlin = zones.zone("Europe/Berlin", system_data(tmp_path, version, "Asia/Tokyo"))
    offset = datetime(2026, 1, 1, tzinfo=berlin).utcoffset()
    assert offset is not None
    assert offset.total_seconds() / 3600 == hours
    assert berlin.key == "Europe/Berlin"


def test_one_source_stands_in_for_the_other(tmp_path: Path) -> None:
    assert zones.zone("Asia/Tokyo", system_data(tmp_path, "9999a", "Asia/Tokyo")).key
    assert zones.zone("Asia/Tokyo", (tmp_path / "nowhere",)).key == "Asia/Tokyo"


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../../etc/passwd", "/etc/passwd", "", "x\0y"])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(LookupError):
        zones.zone(name)
