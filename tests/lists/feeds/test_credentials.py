"""Secrets from files that nobody else can read."""

from pathlib import Path

import pytest

from guardian.lists.feeds.credentials import Credentials, NoCredentials


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("open sesame\n")
    path.chmod(0o600)
    return path


def test_a_token_and_a_password(secret: Path) -> None:
    assert Credentials(bearer=str(secret)).header() == "Bearer open sesame"
    basic = Credentials(user="school", password=str(secret)).header()
    assert basic == "Basic c2Nob29sOm9wZW4gc2VzYW1l"
    assert Credentials().header() == ""


@pytest.mark.parametrize(
    ("mode", "is_fine"),
    [(0o600, True), (0o400, True), (0o640, True), (0o644, False), (0o604, False), (0o660, False)],
)
def test_who_else_may_read_it(secret: Path, mode: int, is_fine: bool) -> None:
    secret.chmod(mode)
    if is_fine:
        assert Credentials(bearer=str(secret)).header()
        return
    with pytest.raises(NoCredentials, match="others can read this secret; write chmod 600") as said:
        Credentials(bearer=str(secret)).header()
    assert "sesame" not in str(said.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"one\ntwo\n", b"x\r\nHost: evil\n", b"\0\1"])
def test_a_secret_is_one_line(secret: Path, content: bytes) -> None:
    secret.write_bytes(content)
    with pytest.raises(NoCredentials, match="in one line"):
        Credentials(bearer=str(secret)).header()


def test_a_secret_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoCredentials, match="cannot be read"):
        Credentials(bearer=str(tmp_path / "no")).header()


def test_a_key_that_others_can_read(secret: Path) -> None:
    Credentials(certificate=str(secret)).check_key()
    secret.chmod(0o644)
    with pytest.raises(NoCredentials, match="chmod 600"):
        Credentials(certificate=str(secret)).check_key()


def test_paths_are_from_a_folder(tmp_path: Path) -> None:
    whole = Credentials(user="u", password="secrets/feed").within(tmp_path)
    assert whole == Credentials(user="u", password=str(tmp_path / "secrets" / "feed"))
    assert Credentials(bearer="/etc/feed").within(tmp_path).bearer == "/etc/feed"
