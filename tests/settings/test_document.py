"""docs/configuration.md is what the code says, and its examples are read."""

from io import StringIO
from pathlib import Path

import pytest

from guardian.settings import ConfigError
from guardian.settings.document import SECTIONS, document, main
from guardian.settings.fields import Section
from guardian.settings.settings import parse

ROOT = Path(__file__).resolve().parents[2]

FRAME = {
    "household": "household: {time_zone: UTC}\n",
    "upstreams": "upstreams: [{address: 9.9.9.9}]\n",
    "unknown_devices": "unknown_devices: {profile: none}\n",
    "profiles": "profiles: {primary: {}}\n",
}


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == "".join(document()), (
        "run: python -m guardian.settings.document > docs/configuration.md"
    )


def test_the_command_prints_the_page() -> None:
    out = StringIO()
    main(out)
    assert out.getvalue() == "".join(document())


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.path)
def test_every_example_can_be_used(section: Section, blocklists: Path) -> None:
    for name in ("gambling", "malware", "social"):
        (blocklists / name).mkdir()
        (blocklists / name / "about.yaml").write_text(f"category: {name}\n", encoding="utf-8")
    own = section.path.partition(".")[0].removesuffix("[]")
    frame = "".join(text for key, text in FRAME.items() if key != own)
    try:
        parse((frame + section.example).encode(), Path("example"), blocklists)
    except ConfigError as error:
        pytest.fail(str(error))
