"""What a person is told: why a name got its verdict, and what is in force now and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guardian.policy import sentences
from guardian.policy.judge import Facts, Verdict, decider, judge, weigh
from guardian.policy.rules import Action, Category, Everything, Rule, State, Step
from guardian.policy.sentences import Say, english
from guardian.policy.timeline import Missing, Timeline

WAITS: Final = frozenset(f"wait-{part}" for part in Missing)


@dataclass(frozen=True, slots=True)
class Considered:
    """A step of the judgement that was asked. decided: whether its opinion is the verdict."""

    step: Step
    sentence: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and all that led to it.

    until: the instant (UTC) from which the same name would fare otherwise, or for another reason;
    None if the timeline knows of none.
    """

    verdict: Verdict
    reason: str
    until: datetime | None
    steps: tuple[Considered, ...]


def explain(timeline: Timeline, facts: Facts, at: datetime, say: Say = english) -> Explanation:
    """The verdict on a name for the timeline's person at an instant, step by step."""
    state, verdict = decider(timeline.state(at), facts)
    steps = []
    for step, opinion in weigh(state, facts):
        if opinion is None:
            sentence = sentences.no_opinion(step.name, timeline.person, say)
        else:
            sentence = reason(timeline, opinion, at, say)
        steps.append(Considered(step, sentence, decided=opinion == verdict))
    return Explanation(
        verdict,
        reason(timeline, verdict, at, say),
        timeline.until(at, lambda later: judge(later, facts).rule_id == verdict.rule_id),
        tuple(steps),
    )


def reason(timeline: Timeline, verdict: Verdict, at: datetime, say: Say = english) -> str:
    """Why, in a parent's words: "Bedtime for Lina until 07:00"."""
    if verdict.rule is None:
        watched = timeline.state(at).watched
        end = timeline.until(at, lambda later: later.watched == watched) if watched else None
        until = sentences.clock(end, at, timeline.zone, say) if end else ""
        says = "learning" if watched else "default"
        return sentences.whole(says, "", timeline.person, until=until, say=say)
    return rule_reason(timeline, verdict.rule, at, verdict.name, say)


def rule_reason(
    timeline: Timeline, rule: Rule, at: datetime, name: str = "", say: Say = english
) -> str:
    """What a rule that is in force at an instant says about the timeline's person.

    name: the own name that matched, for a rule of names.
    """
    end = timeline.rule_ends(rule, at)
    until = sentences.clock(end, at, timeline.zone, say) if end else ""
    return sentences.whole(rule.says, rule.title, timeline.person, name, until, say)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is in force now, for a page: "Free time", "until 20:00, then bedtime".

    kind: "free", "pause", or a window's kind; for a symbol or a colour beside the words.
    until: the instant (UTC) at which this changes; None if the timeline knows of none.
    """

    kind: str
    title: str
    detail: str
    until: datetime | None


def outlook(timeline: Timeline, at: datetime, say: Say = english) -> Outlook:
    """What is in force for the timeline's person at an instant, until when, and what comes then."""
    now = _headline(timeline.state(at))
    end = timeline.until(at, lambda later: _headline(later) == now)
    heading = "pause:some" if now.kind == "pause" and now.things else now.kind
    title = sentences.heading(heading, say)
    if end is None:
        waits = now.kind in WAITS
        detail = say(sentences.UNTIL_THERE) if waits else sentences.always(now.things, say)
    else:
        following = _headline(timeline.state(end))
        # What blocks only some things ends in free time unless something else is said.
        silent = bool(now.things) and following.kind == "free"
        then = "" if silent else following.kind
        clock = sentences.clock(end, at, timeline.zone, say)
        detail = sentences.until(clock, now.things, then, say)
    return Outlook(now.kind, title, detail, end)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a day. start, end: UTC. title: what is in force, as a heading.

    reasons: the sentences of all that comes and goes then; rules: their ids.
    """

    start: datetime
    end: datetime
    kind: str
    title: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...]


def spans(timeline: Timeline, say: Say = english) -> Iterator[Span]:
    """A timeline in words, from its first stretch to its end."""
    starts = [start for start, _ in timeline.stretches]
    for (start, state), end in zip(timeline.stretches, [*starts[1:], timeline.end], strict=True):
        headline = _headline(state)
        heading = "pause:some" if headline.kind == "pause" and headline.things else headline.kind
        # Several people may have the same, on a device that they share.
        passing = {rule.id: rule for rule in _passing(state)}.values()
        yield Span(
            start,
            end,
            headline.kind,
            sentences.heading(heading, say),
            tuple(sentences.brief(rule.says, rule.title, say) for rule in passing),
            tuple(rule.id for rule in passing),
        )


@dataclass(frozen=True, slots=True)
class _Headline:
    """The foremost of what comes and goes. things: titles of what it stops; () for all or none."""

    kind: str
    things: tuple[str, ...] = ()


def _passing(state: State) -> list[Rule]:
    """What comes and goes; a wait for the lists does so too, though it is about content."""
    waits = (rule for rule in state.of(Step.CATEGORY) if rule.says in WAITS)
    return [*state.of(Step.PAUSE), *state.of(Step.WINDOW), *waits]


def _headline(state: State) -> _Headline:
    passing = [rule for rule in _passing(state) if rule.action is Action.BLOCK]
    whole = next((rule for rule in passing if isinstance(rule.what, Everything)), None)
    if whole is not None:
        return _Headline(whole.says)
    if not passing:
        opened = "extra" if "" in state.extra_time else "free"
        return _Headline("learning" if state.watched else opened)
    titles = dict.fromkeys(rule.title for rule in passing if isinstance(rule.what, Category))
    return _Headline(passing[0].says.removesuffix(":some"), tuple(titles))
