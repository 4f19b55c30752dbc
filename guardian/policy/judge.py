"""From what is in force and what a name is to a verdict. The first step with an opinion decides.

One thing is finer than that: an own allow opens a name, it does not take its safe mode away. So
where the person's own names say "allow", SafeSearch is still asked: opening youtube.com for a child
whose YouTube is set to strict leaves it strict. To lift it, switch that engine's SafeSearch off.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from guardian import names
from guardian.patterns import compiled
from guardian.policy.rules import (
    ILLEGAL_CATEGORY,
    Action,
    Category,
    Essentials,
    Everything,
    Helplines,
    Homographs,
    Level,
    Names,
    Networks,
    Patterns,
    Rule,
    SafeSearch,
    State,
    Step,
    Types,
    Unfamiliar,
    What,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a name, whoever asks.

    qtype: what is asked for. addresses: those that the answer has.
    categories: those that lists put it into, exceptions taken out, and the services it belongs to.
    illegal, helpline, essential:
    whether it is one. safe_search: the engine whose safe mode the name has, such as "google".
    targets: the names that its answer goes by; what these are, it is too.
    looks_like: the other name that it could be taken for; "" where there is none.
    unfamiliar: nobody in the household has looked up what it is registered as before today.
    """

    qname: str
    categories: frozenset[str] = frozenset()
    illegal: bool = False
    helpline: bool = False
    essential: bool = False
    safe_search: str | None = None
    qtype: int = 1
    addresses: frozenset[IPv4Address | IPv6Address] = frozenset()
    targets: tuple[str, ...] = ()
    looks_like: str = ""
    unfamiliar: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a name.

    rule: the one that decided; None where none had an opinion. name: what of the question or its
    answer it is about: the own name that covers it, the address that it leads to, the name that it
    looks like.
    """

    action: Action
    rule: Rule | None = None
    name: str = ""

    @property
    def rule_id(self) -> str:
        """The rule's id, with the name or address that it is about: "own:deny:example.org"."""
        if self.rule is None:
            return "default"
        return f"{self.rule.id}:{self.name}" if self.name else self.rule.id

    @property
    def category(self) -> str | None:
        """The category that the deciding rule is about."""
        if self.rule is not None and isinstance(self.rule.what, Category):
            return self.rule.what.id
        return None


ALLOWED: Final = Verdict(Action.ALLOW)


def judge(state: State, facts: Facts) -> Verdict:
    """What happens to a name under this state."""
    return decider(state, facts)[1]


def decider(state: State, facts: Facts) -> tuple[State, Verdict]:
    """The part of a state whose verdict is the strictest, the first of equals; and that verdict."""
    verdicts = ((part, _verdict(part, facts)) for part in state.each)
    return max(verdicts, key=lambda each: strictness(each[1]))


def strictness(verdict: Verdict) -> int:
    """Of several verdicts the highest holds: a block, then a safe mode, the stricter one first."""
    match verdict:
        case Verdict(action=Action.BLOCK):
            return 3
        case Verdict(action=Action.REWRITE, rule=Rule(what=SafeSearch(level=Level.STRICT))):
            return 2
        case Verdict(action=Action.REWRITE):
            return 1
    return 0


def _verdict(state: State, facts: Facts) -> Verdict:
    opinions = [verdict for _, verdict in weigh(state, facts) if verdict is not None]
    return opinions[-1] if opinions else ALLOWED


def weigh(state: State, facts: Facts) -> Iterator[tuple[Step, Verdict | None]]:
    """Each step that is asked, in order, with its opinion; the last opinion decides.

    state: one without parts.
    """
    opened = False
    for step, opinion in JUDGEMENT:
        if opened and step is not Step.SAFE_SEARCH:
            continue
        verdict = opinion(state.of(step), facts)
        yield step, verdict
        if verdict is not None:
            opened = step is Step.OWN and verdict.action is Action.ALLOW
            if not opened:
                return


def first_match(rules: tuple[Rule, ...], facts: Facts) -> Verdict | None:
    """The first rule that is about this name."""
    about = (rule for rule in rules if _is_about(rule.what, facts))
    meant = (rule for rule in about if not rule.spares & facts.categories)
    return next((Verdict(rule.action, rule, _met(rule.what, facts)) for rule in meant), None)


def most_specific_name(rules: tuple[Rule, ...], facts: Facts) -> Verdict | None:
    """The rule with the longest name that covers this one; a block where two are equal.

    Where no name does: the first rule with a pattern that matches.
    """
    blocks_first = sorted(rules, key=lambda rule: rule.action is not Action.BLOCK)
    for suffix in names.suffixes(facts.qname):
        for rule in blocks_first:
            if isinstance(rule.what, Names) and suffix in rule.what.names:
                return Verdict(rule.action, rule, suffix)
    for target in facts.targets:  # one that is allowed opens nothing else
        for suffix in names.suffixes(target):
            for rule in blocks_first:
                is_block = isinstance(rule.what, Names) and rule.action is Action.BLOCK
                if is_block and isinstance(rule.what, Names) and suffix in rule.what.names:
                    return Verdict(rule.action, rule, suffix)
    patterns = (rule for rule in rules if isinstance(rule.what, Patterns))
    return first_match(tuple(patterns), facts)


JUDGEMENT: Final[tuple[tuple[Step, Callable[[tuple[Rule, ...], Facts], Verdict | None]], ...]] = (
    (Step.ILLEGAL, first_match),
    (Step.HELPLINE, first_match),
    (Step.ESSENTIAL, first_match),
    (Step.PAUSE, first_match),
    (Step.OWN, most_specific_name),
    (Step.WINDOW, first_match),
    (Step.CATEGORY, first_match),
    (Step.SAFE_SEARCH, first_match),
)


def _is_about(what: What, facts: Facts) -> bool:
    match what:
        case Everything():
            return True
        case Category(id=category):
            return facts.illegal if category == ILLEGAL_CATEGORY else category in facts.categories
        case SafeSearch(engine=engine):
            return facts.safe_search == engine
        case Helplines():
            return facts.helpline
        case Essentials():
            return facts.essential
        case Names(names=own):
            return any(suffix in own for suffix in names.suffixes(facts.qname))
        case Patterns(patterns=patterns):
            known = (facts.qname, *facts.targets)
            return any(compiled(each).fullmatch(name) for each in patterns for name in known)
        case Types(qtypes=qtypes):
            return facts.qtype in qtypes
        case Unfamiliar():
            return facts.unfamiliar
        case Networks() | Homographs():
            return _met(what, facts) != ""


def _met(what: What, facts: Facts) -> str:
    """What of a name or its answer a rule meets, where the rule alone does not say it."""
    match what:
        case Networks(networks=networks):
            inside = (
                str(address)
                for address in facts.addresses
                for network in networks
                if address.version == network.version and address in network
            )
            return min(inside, default="")
        case Homographs():
            return facts.looks_like
    return ""
