"""Lists that name servers hand on, as they are written."""

import pytest

from guardian.settings import ConfigError
from guardian.settings.sections.transfers import TsigKey
from tests.settings.conftest import Load
from tests.settings.test_settings import A_SOURCE, SMALL

ZONE = "{name: A, category: adult, zone: rpz.example, primaries: [192.0.2.1]"


def test_a_zone(loaded: Load) -> None:
    settings = loaded(
        SMALL
        + "lists:\n  notify: 192.0.2.9:5353\n  sources:\n    - name: Police\n"
        + '      zone: RPZ.example.\n      primaries: [192.0.2.1, "[2001:db8::1]:5300"]\n'
        + "      category: adult\n      tsig: {name: k.example, secret_file: rpz.secret}\n"
    )
    (source,) = settings.lists.sources
    assert source.location == "dns://192.0.2.1:53/rpz.example"
    assert source.zone is not None
    assert [str(each) for each in source.zone.primaries] == ["192.0.2.1:53", "[2001:db8::1]:5300"]
    assert source.zone.tsig == TsigKey("k.example", "hmac-sha256", "rpz.secret")
    assert str(settings.lists.notify) == "192.0.2.9:5353"


def test_without_a_key_and_with_nobody_to_listen_to(loaded: Load) -> None:
    settings = loaded(A_SOURCE + ZONE + "}")
    assert settings.lists.sources[0].zone is not None
    assert settings.lists.sources[0].zone.tsig is None
    assert settings.lists.notify is None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (ZONE + ", url: 'https://a.example/'}", "it has a url and a zone; give the one from which"),
        (ZONE + ", format: hosts}", "sources[0].format: a zone is not of format hosts; take the"),
        (ZONE.replace("[192.0.2.1]", "[]") + "}", '"primaries" is missing; add the addresses'),
        (ZONE.replace("192.0.2.1", "ns.example") + "}", 'primaries[0]: "ns.example" is not an IP'),
        (ZONE.replace("192.0.2.1", "192.0.2.1:0") + "}", '"0" is not a port'),
        (ZONE.replace("rpz.example", "a b") + "}", '"a b" is not a domain name'),
        (ZONE + ", tsig: {name: k}}", 'tsig: "secret_file" is missing'),
        (ZONE + ", tsig: {name: k, secret_file: s, algorithm: hmac-md5}}", "no algorithm of TSIG"),
        ("{name: A, category: adult}", "it has no url, path or zone; give the one"),
        (
            "{name: A, category: adult, path: a.txt, primaries: [192.0.2.1]}",
            "primaries: this is for a zone, and there is none; add zone, or take it out",
        ),
        (
            "{name: A, category: adult, path: a, tsig: {name: k, secret_file: s}}",
            "tsig: this is for a zone",
        ),
    ],
)
def test_what_is_wrong_is_said(loaded: Load, source: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(A_SOURCE + source)
    assert sentence in str(caught.value)
