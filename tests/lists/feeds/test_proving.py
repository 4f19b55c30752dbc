"""What is refused: content whose digest or signature is wrong, or cannot be had."""

import asyncio
import hashlib
import io
from collections.abc import Mapping

import pytest

from guardian.lists.feeds.proof import Proof
from guardian.lists.feeds.proving import CannotHave, Unproven, digest_of, prove
from tests.lists.feeds.signatures import Maker

CONTENT = b"a.example\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
OTHER = hashlib.sha256(b"b.example\n").hexdigest()
LOCATION = "https://lists.example/dir/ads.txt?v=1"
MAKER = Maker()


def refused(proof: Proof, beside: Mapping[str, str] | None = None) -> str:
    """Why it is refused; "" where it is taken. beside: other files on the server."""

    async def have(address: str, most: int) -> bytes:
        if beside is None or address not in beside:
            raise CannotHave(f"{address}: the server answered 404")
        assert most > len(beside[address])
        return beside[address].encode()

    try:
        asyncio.run(prove(proof, io.BytesIO(CONTENT), LOCATION, have))
    except Unproven as problem:
        return str(problem)
    return ""


def test_nothing_is_asked_for() -> None:
    assert refused(Proof()) == ""


def test_a_pinned_digest() -> None:
    assert refused(Proof(sha256=DIGEST)) == ""
    assert "SHA-256 is another" in refused(Proof(sha256=OTHER))


def test_a_file_of_digests() -> None:
    at = "https://lists.example/SHA256SUMS"
    proof = Proof(checksum=at)
    assert refused(proof, {at: f"{OTHER}  other.txt\n{DIGEST}  ads.txt\n"}) == ""
    assert "another" in refused(proof, {at: f"{OTHER}  ads.txt\n"})
    assert "has no SHA-256 of ads.txt" in refused(proof, {at: f"{DIGEST}  other.txt\n"})
    assert "has no SHA-256" in refused(proof, {at: "<!DOCTYPE html>"})
    assert "answered 404" in refused(proof)


def test_a_signature() -> None:
    at = "https://lists.example/ads.txt.minisig"
    proof = Proof(key=MAKER.key, signature=at)
    assert refused(proof, {at: MAKER.sign(CONTENT)}) == ""
    assert "does not fit" in refused(proof, {at: MAKER.sign(b"b.example\n")})
    assert "another key" in refused(proof, {at: Maker(b"maker--2").sign(CONTENT)})
    assert "is no signature" in refused(proof, {at: "Log in"})
    assert "answered 404" in refused(proof)


def test_all_that_is_asked_for_has_to_be_shown() -> None:
    at = "https://lists.example/ads.txt.minisig"
    proof = Proof(sha256=OTHER, key=MAKER.key, signature=at)
    assert refused(proof, {at: MAKER.sign(CONTENT)}) != ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{DIGEST}\n", DIGEST),
        (f"  {DIGEST.upper()}  \n\n", DIGEST),
        (f"{DIGEST}  ads.txt\n", DIGEST),
        (f"{DIGEST} *ads.txt\r\n", DIGEST),
        (f"{DIGEST}  ./dist/ads.txt\n", DIGEST),
        (f"SHA256 (ads.txt) = {DIGEST}\n", DIGEST),
        (f"SHA256 (dist/ads.txt) = {DIGEST.upper()}\n", DIGEST),
        (f"# sums\n\n{OTHER}  bads.txt\n{DIGEST}  ads.txt\n", DIGEST),
        (f"{DIGEST}  ads.txt.gz\n", None),
        (f"{DIGEST}\n{OTHER}\n", None),  # of which of them?
        (f"{DIGEST[:-1]}  ads.txt\n", None),
        (f"MD5 (ads.txt) = {DIGEST[:32]}\n", None),
        ("", None),
    ],
)
def test_how_digests_are_written(text: str, found: str | None) -> None:
    assert digest_of(text, "ads.txt") == found
