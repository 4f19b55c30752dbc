"""What stays open for devices: narrow names, no doors."""

import sys
from subprocess import run

import pytest
from publicsuffixlist import PublicSuffixList

from guardian import names
from guardian.safety import essentials, helplines, safe_search
from guardian.safety.essentials import is_essential


@pytest.mark.parametrize(
    "qname",
    [
        "captive.apple.com",
        "connectivitycheck.gstatic.com",
        "2.debian.pool.ntp.org",
        "time.windows.com",
        "download.windowsupdate.com",
        "security.debian.org",
        "r3.o.lencr.org",
        "firefox.com",  # if it does not resolve, Firefox goes round the house's DNS
        "mozilla.org",
        "sos.epdg.epc.mnc001.mcc262.pub.3gppnetwork.org",  # an emergency call over Wi-Fi
    ],
)
def test_devices_work_at_every_hour(qname: str) -> None:
    assert is_essential(qname)


@pytest.mark.parametrize(
    "qname",
    [
        "apple.com",
        "push.apple.com",  # messages arrive through it
        "itunes.apple.com",
        "play.googleapis.com",
        "gstatic.com",
        "www.gstatic.com",
        "proxy.googlezip.net",
        "addons.mozilla.org",
        "monitor.firefox.com",
        "microsoft.com",
        "notpool.ntp.org.example",
    ],
)
def test_what_shares_a_house_with_them_is_judged_like_all_else(qname: str) -> None:
    assert not is_essential(qname)


@pytest.mark.parametrize(
    "qname",
    [
        "use-application-dns.net",  # Firefox asks it whether to stay with the house's DNS
        "mask.icloud.com",
        "mask-h2.icloud.com",
        "doh.dns.apple.com",
        "dns.google",
        "mozilla.cloudflare-dns.com",
    ],
)
def test_no_way_round_the_filter_is_held_open(qname: str) -> None:
    assert not is_essential(qname)
    assert not helplines.is_protected(qname)
    assert qname not in safe_search.targets()


def test_they_are_names_and_no_public_suffixes() -> None:
    suffixes = PublicSuffixList()
    every = essentials.names() | essentials.exact_names()
    assert 60 <= len(every) <= 140
    for name in every:
        assert names.normalise(name) == name
        assert suffixes.publicsuffix(name) != name


def test_the_three_kinds_of_knowledge_do_not_overlap() -> None:
    for name in essentials.names():
        assert not helplines.is_protected(name)
        assert name not in safe_search.targets()


def test_loading_costs_next_to_nothing() -> None:
    """A resolver reads these too: nothing heavy may come along."""
    program = (
        "import sys; from guardian.safety import essentials, helplines, safe_search;"
        "essentials.names(); helplines.protected_names(); safe_search.targets();"
        "print([m for m in ('yaml', 'aiohttp', 'json', 'csv', 'idna', 'sqlite3', 'jinja2')"
        " if m in sys.modules])"
    )
    done = run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
