"""An appeal and what comes of it, put into effect."""

from typing import TYPE_CHECKING, Any, Final

from guardian.policy.rules import Step
from guardian.settings import own_lists
from guardian.settings.own_rules import set_name, table_of
from guardian.store.appeals import Appeal, Verdict
from guardian.web.house import NotThere
from guardian.web.languages import language

if TYPE_CHECKING:
    from guardian.service.house import RunningHouse

_MOST_REASON: Final = 300  # letters that are kept
_MOST_BECAUSE: Final = 200


def appeal(house: "RunningHouse", person: str, qname: str, reason: str) -> bool:
    """Keep one, with the lists that block the name; False where it, or enough, waits already.

    Of a name that a list of illegal content has, nothing is kept, and nobody is told.
    """
    household = house.settings.household
    speaks = language(household.language, household.country)
    told = house.explain(qname, house.timelines[None], speaks)
    if told.verdict.rule is not None and told.verdict.rule.step is Step.ILLEGAL:
        return True
    said = house.who_says(qname, household.language, may_know=False) or ()
    lists = dict.fromkeys(each.list for each in said if not each.allows)
    kept = house.store.appeals.add(person, qname, lists, reason[:_MOST_REASON], house.now())
    house.touch()
    return kept


def decide(house: "RunningHouse", number: int, verdict: Verdict, because: str, who: str) -> Appeal:
    """Say what comes of one; OPEN takes that back. Raises NotThere, ConfigError.

    Where a list was wrong, the name is written down for its makers, and is open for who appealed
    from now on.
    """
    found = house.store.appeals.numbered(number)
    if found is None or (found.verdict is Verdict.OPEN) is (verdict is Verdict.OPEN):
        raise NotThere("there is no such appeal, or it has its answer already")
    is_wrong = verdict is Verdict.UPHELD
    if is_wrong or found.verdict is Verdict.UPHELD:
        house.configuration.edit(
            lambda data: _set(data, house, found, is_wrong=is_wrong),
            "said that a list was wrong" if is_wrong else "took back that a list was wrong",
            who,
            "",
            found.person,
        )
    house.store.appeals.decide(number, verdict, because[:_MOST_BECAUSE], who, house.now())
    house.touch()
    return found


def _set(data: Any, house: "RunningHouse", found: Appeal, *, is_wrong: bool) -> None:
    own_lists.set_wrong(data, [found.qname], is_wrong=is_wrong)
    if any(each.name == found.person for each in house.settings.household.people):
        set_name(table_of(data, found.person), "allow_names", found.qname, present=is_wrong)
