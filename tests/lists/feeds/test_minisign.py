"""Signatures of minisign: those of the real program, and every way in which one can be wrong."""

import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.feeds import minisign
from guardian.lists.feeds.minisign import BadSignature, check, read_key, read_signature
from tests.lists.feeds.signatures import NEW, OLD, Maker

CONTENT = b"a.example\nb.example\n"
MAKER = Maker()


def verified(content: bytes, signature: str, key: str) -> str:
    """ "" where it fits, else why not."""
    try:
        check(io.BytesIO(content), read_signature(signature), read_key(key))
    except (BadSignature, ValueError) as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("form", [[], ["-l"]], ids=["new", "old"])
def test_what_minisign_itself_signs(tmp_path: Path, form: list[str]) -> None:
    (tmp_path / "list.txt").write_bytes(CONTENT)
    made = ["minisign", "-G", "-W", "-f", "-p", "key.pub", "-s", "key"]
    signed = ["minisign", "-S", *form, "-s", "key", "-m", "list.txt", "-t", "today, ünïcode"]
    try:
        for command in (made, signed):
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, input=b"\n")
    except FileNotFoundError:
        pytest.skip("minisign is not installed")
    key = (tmp_path / "key.pub").read_text().splitlines()[1]
    signature = (tmp_path / "list.txt.minisig").read_text()
    assert verified(CONTENT, signature, key) == ""
    assert "does not fit" in verified(CONTENT + b"c.example\n", signature, key)
    assert "does not fit" in verified(CONTENT, signature.replace("today", "never"), key)


@pytest.mark.parametrize("form", [OLD, NEW])
def test_only_the_whole_of_it_fits(form: bytes) -> None:
    signature = MAKER.sign(CONTENT, form)
    assert verified(CONTENT, signature, MAKER.key) == ""
    assert "does not fit" in verified(CONTENT[:-1], signature, MAKER.key)
    assert "does not fit" in verified(b"", signature, MAKER.key)
    assert "another key" in verified(CONTENT, signature, Maker(b"maker--2").key)
    assert "does not fit" in verified(CONTENT, signature, Maker().key)  # the same id, forged


def test_one_form_is_not_taken_for_the_other() -> None:
    swapped = MAKER.sign(CONTENT, OLD).splitlines()
    other = MAKER.sign(CONTENT, NEW).splitlines()
    assert "does not fit" in verified(CONTENT, "\n".join((*swapped[:3], other[3])), MAKER.key)


def test_the_old_form_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minisign, "MOST_OLD_BYTES", len(CONTENT))
    assert verified(CONTENT, MAKER.sign(CONTENT, OLD), MAKER.key) == ""
    longer = CONTENT + b"#"
    assert "too large" in verified(longer, MAKER.sign(longer, OLD), MAKER.key)
    assert verified(longer, MAKER.sign(longer, NEW), MAKER.key) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!DOCTYPE html>\n<p>\n<p>\n<p>\n",
        "untrusted comment: x\nRWQ=\ntrusted comment: x\nAAAA\n",
        "untrusted comment: x\n",
    ],
)
def test_what_is_no_signature(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        read_signature(text)


@pytest.mark.parametrize(
    "text",
    ["", "RWQ", "ü", MAKER.key[:-4], MAKER.key + "AAAA", "A" * 56],
    ids=["nothing", "short", "no base64", "cut", "longer", "another algorithm"],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        read_key(text)


@given(st.text())
def test_any_text_is_a_signature_or_is_not(text: str) -> None:
    assert verified(CONTENT, text, MAKER.key) != ""


@given(st.integers(0, 10_000))
def test_no_letter_of_a_signature_can_be_another(at: int) -> None:
    signature = MAKER.sign(CONTENT)
    start = signature.index("\n") + 1  # for the first comment nobody vouches
    at = start + at % (len(signature) - start)
    other = "B" if signature[at] == "A" else "A"
    changed = signature[:at] + other + signature[at + 1 :]
    if signature[at] != "\n" and read_or_none(changed) != read_signature(signature):
        assert verified(CONTENT, changed, MAKER.key) != ""


def read_or_none(text: str) -> minisign.Signature | None:
    try:
        return read_signature(text)
    except ValueError:
        return None
