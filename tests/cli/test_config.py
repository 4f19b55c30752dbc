"""guardian config validate, as somebody types it."""

from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

import pytest

from guardian.cli import config
from guardian.settings import ConfigError

FINE = """\
household: {time_zone: Europe/Berlin}
upstreams: [{address: 9.9.9.9}]
profiles:
  p:
    windows:
      - {kind: school, days: mon, from: 08:00, to: 16:00}
      - {kind: homework, days: mon, from: 15:00, to: 17:00}
people: [{name: Lina, age_band: 6-8, profile: p, devices: [lina-tablet]}]
lists: {bundled: none}
unknown_devices: {profile: p}
"""


def typed(*words: str) -> tuple[int, str]:
    parser = ArgumentParser(prog="guardian config")
    config.add_arguments(parser)
    out = StringIO()
    return config.run(parser.parse_args(words), out), out.getvalue()


def test_a_fine_file_is_summed_up_with_notes(tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    file.write_text(FINE, encoding="utf-8")
    code, said = typed("validate", str(file))
    assert code == 0
    first, note = said.splitlines()
    assert first == (
        f"{file} is fine: 1 person, 1 device, 1 profile, 0 lists; clock of Europe/Berlin."
    )
    assert note.startswith("Note: profiles.p.windows[0] (school) and windows[1] (homework) overlap")


def test_a_file_with_problems_names_them_all(tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    file.write_text(FINE.replace("08:00", "8am").replace("9.9.9.9", "nine"), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        typed("validate", str(file))
    assert raised.value.exit_code == 2
    assert str(raised.value).splitlines() == [
        f'{file}, line 2, upstreams[0].address: "nine" is not an IP address; '
        "write it as 192.168.1.1 or fd00::1",
        f'{file}, line 6, profiles.p.windows[0].from: "8am" is not a time of day; '
        'write it as "08:00"',
    ]
