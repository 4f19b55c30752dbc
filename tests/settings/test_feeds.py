"""Feeds in the configuration: what can be used, and a sentence for all else."""

from pathlib import Path

import pytest

from guardian.lists.bundled import folder
from guardian.lists.feeds.credentials import Credentials
from guardian.lists.feeds.proof import Proof
from guardian.service.plan import route_of, sources_of
from guardian.settings import ConfigError, Settings
from guardian.settings.settings import parse

KEY = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
FRAME = """
household: {{time_zone: UTC}}
upstreams: [{{address: 9.9.9.9}}, {{address: 192.168.1.1, port: 5300, for: [county.example]}}]
local: {{records: {{nas.home.arpa: 192.168.1.9}}}}
unknown_devices: {{profile: none}}
lists:
  bundled: none
  {more}
  sources: [{{name: far, category: adult, {where}, {source}}}]
"""


def read(
    source: str, more: str = "", where: str = "url: 'https://l.example/a.txt?v=1'"
) -> Settings:
    text = FRAME.format(source=source, more=more, where=where)
    return parse(text.encode(), Path("/etc/guardian/home.yaml"), folder())


def test_what_a_list_has_to_show() -> None:
    (source,) = sources_of(read(f"signature: {{key: {KEY}}}, sha256: {'AB' * 32}"))
    at = "https://l.example/a.txt.minisig?v=1"
    assert source.proof == Proof(sha256="ab" * 32, key=KEY, signature=at)
    there = f"signature: {{key: {KEY}, url: 'https://s.example/x'}}, checksum: https://l.example/S"
    (source,) = sources_of(read(there))
    assert source.proof == Proof(
        checksum="https://l.example/S", key=KEY, signature="https://s.example/x"
    )


@pytest.mark.parametrize(
    ("auth", "known"),
    [
        ("{bearer: secrets/t}", Credentials(bearer="/etc/guardian/secrets/t")),
        ("{user: u, password: /run/p}", Credentials(user="u", password="/run/p")),
        ("{certificate: c.pem}", Credentials(certificate="/etc/guardian/c.pem")),
        (
            "{certificate: c.pem, key: k.pem}",
            Credentials(certificate="/etc/guardian/c.pem", key="/etc/guardian/k.pem"),
        ),
    ],
)
def test_who_we_are(auth: str, known: Credentials) -> None:
    (source,) = sources_of(read(f"auth: {auth}"))
    assert source.credentials == known


def test_the_way_to_servers() -> None:
    route = route_of(read("hold: off", "proxy: http://proxy.example:3128/\n  ca: ca.pem"))
    where = [(suffix, each["address"], each["port"]) for suffix, each in route.upstreams]
    assert where == [("", "9.9.9.9", 53), ("county.example", "192.168.1.1", 5300)]
    assert not route.private
    assert route.records == {"nas.home.arpa": ("192.168.1.9",)}
    assert (route.proxy, route.authorities) == (
        "http://proxy.example:3128",
        "/etc/guardian/ca.pem",
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("sha256: abc", '"abc" is no SHA-256; write its 64 digits'),
        ("signature: {key: abc}", '"abc" is no public key of minisign; write the 56 letters'),
        (f"signature: {{key: {KEY}, url: 'http://l.example/x'}}", "plain HTTP can be forged"),
        ("signature: {}", '"key" is missing'),
        ("checksum: SHA256SUMS", "is not an HTTPS address"),
        ("auth: {}", "no way to say who we are"),
        ("auth: {bearer: a, certificate: b}", "several ways to say who we are"),
        ("auth: {user: a}", "user and password go together; write the other one"),
        ("auth: {user: 'a:b', password: c}", '"a:b" cannot be a user name'),
        ("auth: {bearer: a, key: b}", "a key needs its certificate"),
        ("auth: secret", '"secret" is a single value'),
    ],
)
def test_what_cannot_be_used(source: str, said: str) -> None:
    with pytest.raises(ConfigError, match="line") as caught:
        read(source)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("proxy.example", "is not the address of a proxy; write it as http://"),
        ("https://proxy.example:3128", "is not the address of a proxy"),
        ("http://user:word@proxy.example:3128", "can be read by all who see this file"),
    ],
)
def test_a_proxy_that_cannot_be_used(proxy: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read("hold: off", f"proxy: '{proxy}'")
    assert said in str(caught.value)


def test_no_password_in_an_address_and_no_proof_of_a_file() -> None:
    with pytest.raises(ConfigError, match=r"can be read by all who see this file; .*auth"):
        read("hold: off", where="url: 'https://u:word@l.example/a.txt'")
    with pytest.raises(ConfigError, match="this is for lists that are fetched; take it out"):
        read(f"sha256: {'ab' * 32}", where="path: a.txt")
