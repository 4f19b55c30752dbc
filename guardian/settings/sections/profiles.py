"""`profiles`: what somebody may do, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from guardian.policy.people import Profile, WhenUnsure
from guardian.policy.rules import Answer, BlockAnswer
from guardian.policy.windows import WindowKind
from guardian.safety.safe_search import WITHOUT_SAFE_MODE
from guardian.settings import kinds
from guardian.settings.endpoints import Address
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    nearest,
    record,
    scalar,
    table_of,
)
from guardian.settings.nodes import Node
from guardian.settings.sections.budgets import BUDGET, WHAT
from guardian.settings.sections.safe_search import SAFE_MODES, SafeModes
from guardian.settings.sections.windows import WINDOW

NO_PROFILE: Final = "none"


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """A profile as it is written: perhaps only what it changes of another one.

    base: the other one's name; None where it stands alone. given: the keys that the file has.
    drop_windows, drop_budgets: those of the base that do not hold, by kind and by thing.
    safe: what is said of safe search.
    """

    own: Profile
    base: str | None
    base_node: Node
    unblock: frozenset[str]
    given: frozenset[str]
    drop_windows: frozenset[WindowKind] = frozenset()
    drop_budgets: frozenset[str | None] = frozenset()
    safe: SafeModes = field(default_factory=SafeModes)

    def on(self, base: Profile) -> Profile:
        """The profile, as a change of its base."""
        own, given = self.own, self.given
        weekly = {window.kind for window in own.windows if window.dates is None}
        things = self.drop_budgets | {budget.category for budget in own.budgets}
        safe = self.safe.on(base.safe_search) if "safe_search" in given else base.safe_search
        opened = self.unblock | (WITHOUT_SAFE_MODE if self.safe.block_others is False else set())
        return Profile(
            name=own.name,
            blocked=(base.blocked - opened) | own.blocked,
            spares=(base.spares - own.blocked) | own.spares,
            allow_names=(base.allow_names - own.deny_names) | own.allow_names,
            deny_names=(base.deny_names - own.allow_names) | own.deny_names,
            deny_patterns=base.deny_patterns | own.deny_patterns,
            deny_types=base.deny_types | own.deny_types,
            deny_networks=base.deny_networks | own.deny_networks,
            deny_homographs=(own if "deny_homographs" in given else base).deny_homographs,
            deny_new_names=(own if "deny_new_names" in given else base).deny_new_names,
            allow_only=own.allow_only if "allow_only" in given else base.allow_only,
            safe_search=safe,
            windows=own.windows
            + tuple(each for each in base.windows if each.kind not in weekly | self.drop_windows),
            budgets=own.budgets
            + tuple(each for each in base.budgets if each.category not in things),
            when_unsure=own.when_unsure or base.when_unsure,
            block_answer=replace(
                own.block_answer if "answer" in given else base.block_answer,
                ttl=(own if "block_ttl" in given else base).block_answer.ttl,
            ),
        )


BASE: Final = Field(
    "base",
    maybe(kinds.PROFILE),
    "Another profile, yours or a ready-made one (`0-5`, `6-8`, `9-12`, `13-15`, `16-17`), of which "
    "this one says only the differences: what stands here is added; windows take the place of "
    "those of their kind, budgets of those for the same.",
    default="",
)
UNBLOCK: Final = Field(
    "unblock",
    list_of(kinds.CATEGORY, "a list of categories and services"),
    "What the base blocks and this profile does not.",
    default="[]",
)
BLOCK: Final = Field(
    "block",
    list_of(kinds.CATEGORY, "a list of categories and services"),
    "Blocked at all hours. Services are apps and sites by name, such as `tiktok`; "
    "`guardian services` lists them.",
    default="[]",
)
ALLOW: Final = Field(
    "allow",
    list_of(kinds.CATEGORY, "a list of categories and services"),
    "Open although a category in which its names lie is blocked, such as one messenger of all. "
    "Times and pauses hold for it; what is under `block` too is blocked.",
    default="[]",
)
ALLOW_NAMES: Final = Field(
    "allow_names",
    list_of(kinds.NAME, "a list of domain names"),
    "Open whatever their category and whatever window holds, each with all below it. Safe search "
    "stays on.",
    default="[]",
)
DENY_NAMES: Final = Field(
    "deny_names",
    list_of(kinds.NAME, "a list of domain names"),
    "Blocked, each with all below it. Where a name is under an allowed and a denied one, the more "
    "specific of the two wins, and `deny_names` where they are equal.",
    default="[]",
)
DENY_PATTERNS: Final = Field(
    "deny_patterns",
    list_of(kinds.PATTERN, "a list of patterns"),
    "Blocked where a pattern matches and no name here says otherwise: `ads*.example` with `*` for "
    "any part of a label, or a simple regular expression between slashes, `/^ad[0-9]+/`.",
    default="[]",
)
DENY_TYPES: Final = Field(
    "deny_types",
    list_of(kinds.QTYPE, "a list of record types"),
    "Questions that are blocked whatever the name: `[HTTPS, TXT]`.",
    default="[]",
)
DENY_NETWORKS: Final = Field(
    "deny_networks",
    list_of(kinds.NETWORK, "a list of networks"),
    "Blocked are names that lead to an address in one of these: by an A or AAAA record, behind an "
    "alias too, or by a hint in an HTTPS or SVCB record.",
    default="[]",
)
DENY_HOMOGRAPHS: Final = Field(
    "deny_homographs",
    kinds.SWITCH,
    "Blocked are names with foreign letters that look like another name, one that many people know "
    "or one under somebody's `allow_names`: `xn--pypal-4ve.com`, which a browser may show as "
    "paypal.com with a Cyrillic letter in it.",
    default="false",
)
DENY_NEW_NAMES: Final = Field(
    "deny_new_names",
    kinds.SWITCH,
    "Blocked until midnight are names that nobody in the household has looked up before today, as "
    "they are registered: `new.example` with all below it. In the first seven days none is new: "
    "guardian learns which are known. What many people use is never new.",
    default="false",
)
ALLOW_ONLY: Final = Field(
    "allow_only",
    kinds.SWITCH,
    "For the youngest: only `allow_names` are open, and what devices need.",
    default="false",
)
SAFE_SEARCH: Final = Field(
    "safe_search",
    SAFE_MODES,
    "Safe modes of `google`, `bing`, `duckduckgo`, `ecosia`, `brave`, `pixabay`, `yandex` (true or "
    "false) and `youtube` (false, `moderate` or `strict`). `true` alone means all, YouTube "
    "moderate. With `others: block`, search engines that have no safe mode are blocked. "
    "Strict YouTube hides more, comments among them. On top of a base, a table says only what is "
    "different; `others: allow` opens what the base's `block` closes.",
    default="false",
)
WINDOWS: Final = Field(
    "windows",
    list_of(WINDOW, "a list of windows"),
    "Times of the week, and dates; see below.",
    default="[]",
)
BUDGETS: Final = Field(
    "budgets",
    list_of(BUDGET, "a list of budgets"),
    "Minutes for a day or a week; see below.",
    default="[]",
)
DROP_WINDOWS: Final = Field(
    "drop_windows",
    list_of(kinds.choice("kind of window", WindowKind), "a list of kinds of windows"),
    "Kinds of the base's windows that do not hold here: `[bedtime]`. Those that stand in `windows` "
    "do.",
    default="[]",
)
DROP_BUDGETS: Final = Field(
    "drop_budgets",
    list_of(WHAT, "a list of `all`, categories and services"),
    "What has a budget in the base and none here: `[games]`.",
    default="[]",
)
ANSWER: Final = Field(
    "answer",
    kinds.choice("block answer", Answer),
    "What a blocked name is answered with: `zero` (0.0.0.0 and ::, apps give up at once), "
    "`nxdomain`, `nodata`, `refused`, or `address`.",
    default="zero",
)
ANSWER_ADDRESS: Final = Field(
    "answer_address",
    list_of(kinds.ADDRESS, "an IP address, or one of each family"),
    "For `answer: address`: where blocked names lead. For guardian's own block page, an address "
    "that `listen.block` names with port 80.",
    default="[]",
)
BLOCK_TTL: Final = Field(
    "block_ttl",
    kinds.whole_number(10, 60, "seconds"),
    "How long a device may remember a blocked answer.",
    default="10",
)


WHEN_UNSURE: Final = Field(
    "when_unsure",
    maybe(kinds.choice("choice", WhenUnsure)),
    "What holds while a part is missing that these rules need: a list that never came, a clock "
    "that is not set, a store that cannot be read. `strict`: everything waits but `allow_names`, "
    "what devices need, and helplines. `open`: it goes on without. Left out, it is `strict` for "
    "children below 13 and for unknown devices, and `open` for everybody else.",
    default="",
)

_OF_A_BASE: Final[tuple[tuple[Field[tuple[object, ...]], str], ...]] = (
    (UNBLOCK, "blocks it"),
    (DROP_WINDOWS, "has these windows"),
    (DROP_BUDGETS, "has these budgets"),
)
_NAME_A_BASE: Final = "name one under base, or take it out"


def _profile(values: Values, reading: Reading) -> ProfileSettings:
    settings = _rules(values, reading)
    if settings.base is None:
        for key, lacking in _OF_A_BASE:
            if values[key]:
                wrong = Wrong(f"there is no base that {lacking}", _NAME_A_BASE)
                reading.refuse(values.node(key), wrong)
    return settings


def _rules(values: Values, reading: Reading) -> ProfileSettings:
    engines = values[SAFE_SEARCH]
    unsafe = WITHOUT_SAFE_MODE if engines.block_others else frozenset[str]()
    own = Profile(
        name=values.table.path.rpartition(".")[2],
        blocked=frozenset(values[BLOCK]) | unsafe,
        spares=frozenset(values[ALLOW]) - frozenset(values[BLOCK]),
        allow_names=frozenset(values[ALLOW_NAMES]),
        deny_names=frozenset(values[DENY_NAMES]),
        deny_patterns=frozenset(values[DENY_PATTERNS]),
        deny_types=frozenset(values[DENY_TYPES]),
        deny_networks=frozenset(values[DENY_NETWORKS]),
        deny_homographs=values[DENY_HOMOGRAPHS],
        deny_new_names=values[DENY_NEW_NAMES],
        allow_only=values[ALLOW_ONLY],
        safe_search=engines.on(),
        windows=values[WINDOWS],
        budgets=values[BUDGETS],
        block_answer=_block_answer(values, reading),
        when_unsure=values[WHEN_UNSURE],
    )
    given = frozenset(values.table.entries)
    return ProfileSettings(
        own,
        values[BASE],
        values.node(BASE),
        frozenset(values[UNBLOCK]),
        given,
        frozenset(values[DROP_WINDOWS]),
        frozenset(values[DROP_BUDGETS]),
        engines,
    )


def complete(
    written: Mapping[str, ProfileSettings], ready: Mapping[str, Profile], reading: Reading
) -> dict[str, Profile]:
    """All profiles, each with its base worked in; ready: those that come with guardian.

    A base that does not exist, or is built on itself, is noted.
    """
    done: dict[str, Profile] = {}

    def profile(name: str, above: tuple[str, ...]) -> Profile:
        if name in done:
            return done[name]
        mine = written[name]
        if mine.base is None:
            found = mine.own
        elif mine.base in written and mine.base not in (*above, name):
            found = mine.on(profile(mine.base, (*above, name)))
        elif mine.base in ready:
            found = mine.on(ready[mine.base])
        else:
            circle = mine.base in written
            problem = "it is built on itself" if circle else f'there is no profile "{mine.base}"'
            mend = "name another base" if circle else nearest(mine.base, [*written, *ready])
            reading.note(mine.base_node, Wrong(problem, mend))
            found = mine.own
        done[name] = replace(found, name=name)
        return done[name]

    return {name: profile(name, ()) for name in written}


def _block_answer(values: Values, reading: Reading) -> BlockAnswer:
    addresses = values[ANSWER_ADDRESS]
    if (values[ANSWER] is Answer.ADDRESS) != bool(addresses):
        if addresses:
            wrong = Wrong(f"it has no use with answer: {values[ANSWER]}", "write answer: address")
            reading.refuse(values.node(ANSWER_ADDRESS), wrong)
        wrong = Wrong("it is not said which address", "add answer_address: 192.168.1.2")
        reading.refuse(values.node(ANSWER), wrong)
    if len({address.version for address in addresses}) < len(addresses):
        wrong = Wrong("there are two addresses of one family", "keep one of each")
        reading.refuse(values.node(ANSWER_ADDRESS), wrong)
    return BlockAnswer(values[ANSWER], _sorted(addresses), values[BLOCK_TTL])


def _sorted(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(sorted(addresses, key=lambda address: address.version))


def _profile_name(text: str) -> str:
    if text.lower() in (NO_PROFILE, "all"):
        raise Wrong(f'"{text}" means something else already', "choose another name")
    if "." in text or len(text) > kinds.MAX_TITLE or not text.isprintable():
        raise Wrong(f'"{text}" cannot be a name', "write a short word, such as primary")
    return text


SECTION: Final = Section(
    "profiles.NAME",
    "What somebody may do. People with the same rules share a profile; its name is your choice. "
    "Illegal content is blocked for everybody, helplines are open for everybody, whatever stands "
    "here.",
    (
        BASE,
        BLOCK,
        UNBLOCK,
        ALLOW,
        ALLOW_NAMES,
        DENY_NAMES,
        DENY_PATTERNS,
        DENY_TYPES,
        DENY_NETWORKS,
        DENY_HOMOGRAPHS,
        DENY_NEW_NAMES,
        ALLOW_ONLY,
        SAFE_SEARCH,
        WINDOWS,
        DROP_WINDOWS,
        BUDGETS,
        DROP_BUDGETS,
        ANSWER,
        ANSWER_ADDRESS,
        BLOCK_TTL,
        WHEN_UNSURE,
    ),
    "profiles:\n  teen:\n    base: 9-12\n    block: [tiktok]\n    unblock: [social]\n"
    "    allow_names: [wikipedia.org]\n"
    "    drop_budgets: [video]\n"
    "    safe_search: {google: true, youtube: moderate}\n    answer: nxdomain\n",
)
PROFILE: Final = record(SECTION, _profile, "the profile's keys")
PROFILES: Final = table_of(
    scalar("a profile's name", "primary", _profile_name),
    PROFILE,
    "a table of profiles by name",
    "{primary: {block: [adult]}}",
)
RULES_OF_ONE: Final = record(SECTION, _rules, "keys of a profile")
