"""Every service's file is what the loader, the policy and a parent expect of it."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from guardian import names
from guardian.lists import bundled as bundled_lists
from guardian.lists.suffixes import icann_suffixes
from guardian.safety import safe_search, services
from guardian.safety.helplines import is_protected
from guardian.safety.services import GROUPS, Service
from guardian.settings import bundled

ALL = [services.service(each) for each in sorted(services.ids())]
LANGUAGES = ["ar", "en", "es", "fr", "ru", "zh"]


def test_there_are_enough_of_every_kind() -> None:
    assert len(ALL) >= 120
    assert set(Counter(each.group for each in ALL)) == set(GROUPS)


@pytest.mark.parametrize("service", ALL, ids=lambda each: each.id)
def test_a_service_is_well_formed(service: Service) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", service.id)
    assert service.group in GROUPS
    assert 0 <= service.age <= 18
    assert list(service.title) == LANGUAGES
    assert all(service.title.values())
    assert service.names
    for each in (service.names, service.shared, service.keep):
        assert list(each) == sorted(set(each))
    suffixes = icann_suffixes()
    for name in (*service.names, *service.shared, *service.keep):
        assert names.normalise(name) == name
        assert name.encode() not in suffixes
        assert "." in name
    for name in service.names:
        assert not is_protected(name), f"{name} is a helpline"
        assert list(covering(name, service.names)) == [name], f"{name} is below another"
    for name in service.keep:
        assert list(covering(name, service.names)), f"{name} is kept, and nothing blocks it"
        assert not service.covers(name)
        assert not service.covers(f"www.{name}")


def covering(name: str, among: tuple[str, ...]) -> Iterator[str]:
    return (suffix for suffix in names.suffixes(name) if suffix in among)


def test_a_name_belongs_to_one_service() -> None:
    owners: dict[str, str] = {}
    for service in ALL:
        for name in service.names:
            assert owners.setdefault(name, service.id) == service.id
    for name, owner in owners.items():
        for above in list(names.suffixes(name))[1:]:
            if above in owners and owners[above] != owner:
                assert not services.service(owners[above]).covers(name), (
                    f"{name} of {owner} lies below {above} of {owners[above]}"
                )


def test_what_others_need_too_is_not_blocked() -> None:
    for service in ALL:
        assert not [name for name in service.shared if service.covers(name)], service.id


def test_no_service_is_called_as_a_category_is() -> None:
    categories = set(bundled.categories(bundled_lists.folder()).values())
    assert not categories & services.ids()


def test_search_engines_without_a_safe_mode_are_services() -> None:
    assert services.ids() >= safe_search.WITHOUT_SAFE_MODE
    assert all(services.service(each).group == "search" for each in safe_search.WITHOUT_SAFE_MODE)
