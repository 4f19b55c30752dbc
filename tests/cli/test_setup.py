"""guardian setup: the way to the first run, until there is an account."""

import subprocess
import sys
from pathlib import Path

import pytest

from guardian.service.first_run import forget_code, kept_code, read_code
from guardian.store.accounts import Account, Role
from guardian.store.household import Store
from tests.end_to_end.conftest import free_port, lived_in

CONFIG = """
household: {{time_zone: UTC}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: 9}}]
lists: {{bundled: none}}
unknown_devices: {{profile: none}}
"""


def test_the_code_stays_until_there_is_an_account(tmp_path: Path) -> None:
    port, web, state = free_port(), free_port(), tmp_path / "state"
    config = tmp_path / "home.yaml"
    config.write_text(CONFIG.format(port=port, web=web))
    with lived_in(config, state, port, web) as house:
        code = house.code()
        assert house.run("setup").splitlines() == [
            f"Set guardian up at http://127.0.0.1:{web}/",
            f"with the code      {code}",
        ]
        assert (state / "run/first-run-code").stat().st_mode & 0o777 == 0o600
    with lived_in(config, state, port, web) as house:
        assert code in house.run("setup", "--wait", "60")
        with_account(state)
        assert house.run("setup") == f"guardian is set up. Its page is at http://127.0.0.1:{web}/\n"


def with_account(state: Path) -> None:
    store = Store.open(state / "guardian.db")
    with store.writing():
        store.accounts.put(Account("Mara", Role.OWNER, "hashed"))
    store.close()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 1, "nothing runs with the state folder"),
        (["--wait", "soon"], 2, "invalid seconds value: 'soon'"),
        (["--wait", "601"], 2, "invalid seconds value: '601'"),
    ],
)
def test_what_cannot_be_is_said(
    tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    config = tmp_path / "home.yaml"
    config.write_text(CONFIG.format(port=free_port(), web=free_port()))
    done = subprocess.run(
        [sys.executable, "-m", "guardian.cli.main", "setup", *arguments,
         "--config", str(config), "--state", str(tmp_path / "state")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr


@pytest.mark.parametrize("content", [b"", b"half", b"\xff\xff"])
def test_a_damaged_code_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/first-run-code").write_bytes(content)
    assert read_code(tmp_path) is None
    code = kept_code(tmp_path)
    assert read_code(tmp_path) == kept_code(tmp_path) == code
    forget_code(tmp_path)
    assert read_code(tmp_path) is None


def test_where_nothing_can_be_kept_there_is_a_code_all_the_same(tmp_path: Path) -> None:
    assert len(kept_code(tmp_path / "gone")) == len("k3fm-9qxa")
