"""`lists`: where the names of categories come from."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from guardian.errors import Said
from guardian.lists.feeds.credentials import NO_CREDENTIALS, Credentials
from guardian.lists.feeds.proof import NO_PROOF, Proof
from guardian.policy.rules import ILLEGAL_CATEGORY as ILLEGAL
from guardian.settings import kinds, times
from guardian.settings.endpoints import Endpoint
from guardian.settings.fields import (
    Field,
    Kind,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    record,
    scalar,
)
from guardian.settings.nodes import Node, Scalar
from guardian.settings.sections import compiling, confidential, feeds, hashed
from guardian.settings.sections.transfers import NOTIFY, PRIMARIES, TSIG, ZONE, Zone, zone_of


class ListKind(StrEnum):
    BLOCK = "block"
    ALLOW = "allow"
    IWF = "iwf"


class ListStage(StrEnum):
    ALL = "all"
    SHADOW = "shadow"


class ListFormat(StrEnum):
    AUTO = "auto"
    HOSTS = "hosts"
    DOMAINS = "domains"
    WILDCARDS = "wildcards"
    ADBLOCK = "adblock"
    DNSMASQ = "dnsmasq"
    UNBOUND = "unbound"
    RPZ = "rpz"
    ADDRESSES = "addresses"
    HASHED = "hashed"


@dataclass(frozen=True, slots=True)
class ListSource:
    """A list that the household chose.

    id: the name as a word, such as "our-school"; unique. location: an HTTPS address, or a path as
    written (relative to the configuration file). update: how often it is read again. hold: it stays
    as it is. suffixes: public suffixes that it may block whole. proof: what new content has to
    show. credentials: who we are to its server, with paths as written. change: the share of its
    names by which it may fall or grow before a person is asked; None for any. stage: for whom new
    content counts. expires: how old content may grow; None for any age. zone: where it is
    transferred from; None for what is fetched or read. hashing: how a hashed list made its digests;
    "" for unsaid.
    """

    id: str
    title: str
    location: str
    category: str
    kind: ListKind
    format: ListFormat
    update: timedelta
    hold: bool = False
    suffixes: frozenset[str] = frozenset()
    proof: Proof = NO_PROOF
    credentials: Credentials = NO_CREDENTIALS
    change: float | None = 0.5
    stage: ListStage = ListStage.ALL
    expires: timedelta | None = None
    zone: Zone | None = None
    hashing: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """bundled: folders of the lists that come with guardian. proxy: an address, authorities: a path
    as written; "" for none. versions: how many earlier contents are kept of each list. notify:
    where primaries say that a zone changed; None for nowhere. wrong: names that lists should not
    name. memory: bytes that compiling may take; None: as the machine has them. count_illegal:
    whether blocks of illegal content are counted, by list and day.
    """

    bundled: tuple[str, ...]
    sources: tuple[ListSource, ...]
    versions: int = 3
    proxy: str = ""
    authorities: str = ""
    notify: Endpoint | None = None
    wrong: tuple[str, ...] = ()
    memory: int | None = None
    count_illegal: bool = False


NAME: Final = Field("name", kinds.TITLE, "What pages and `guardian check` call it.")
SOURCE_URL: Final = Field("url", maybe(kinds.URL), "Where it is fetched from.", default="")
SOURCE_PATH: Final = Field(
    "path",
    maybe(kinds.TEXT),
    "A file or a folder on this machine instead; from the folder of the configuration file, if not "
    "absolute. Of an archive, `lists.tar.gz#adult` means what is called `adult` in it.",
    default="",
)
SOURCE_CATEGORY: Final = Field(
    "category",
    maybe(kinds.NEW_CATEGORY),
    "What its names are. A category that no bundled list has is new, and profiles can block it.",
    default="",
)
SOURCE_KIND: Final = Field(
    "kind",
    kinds.choice("kind of list", ListKind),
    "`block` puts its names into the category, `allow` takes them out of it, for all lists. `iwf` "
    "is a confidential list of illegal content: its names are kept as keyed hashes only, blocked "
    "for everybody and shown nowhere.",
    default="block",
)
SOURCE_FORMAT: Final = Field(
    "format",
    kinds.choice("format", ListFormat),
    "How its lines are written; `auto` looks.",
    default="auto",
)
SOURCE_UPDATE: Final = Field(
    "update",
    times.DURATION,
    "How often it is read again. A list of kind `iwf` is read every 12 hours where nothing is said "
    "here, and may not be read more rarely.",
    default="1d",
)
SOURCE_HOLD: Final = Field(
    "hold",
    kinds.SWITCH,
    "Keep it at the content that is here, and read no newer one until this is taken out. A list "
    "that never came is still fetched once.",
    default="false",
)

SOURCE_SUFFIXES: Final = Field(
    "suffixes",
    list_of(kinds.NAME, "a list of public suffixes"),
    "Endings under which anybody may register, such as `bet.br`, that this list may block whole. "
    "One that a list names waits for you: `guardian lists status` shows it.",
    default="[]",
)


SOURCE_STAGE: Final = Field(
    "stage",
    kinds.choice("stage", ListStage),
    "For whom new content counts: `all` for everybody at once; with `shadow` each new content "
    "waits for you first, and what it would change is shown: how many names come and go, and how "
    "many of them were looked up or blocked here lately.",
    default="all",
)
_SHARE: Final = re.compile(r"(\d{1,4}) ?%")


def _share(text: str) -> float | None:
    found = _SHARE.fullmatch(text)
    if text.lower() != "any" and found is None:
        raise Wrong(f'"{text}" is no share', "write it as 50%, or any")
    return int(found[1]) / 100 if found is not None else None


SOURCE_CHANGE: Final = Field(
    "change",
    scalar("a share such as `50%`, or `any`", "50%", _share),
    "By which share of its names it may shrink or grow at once. Where it changes by more, and by "
    "more than 100 names, the last content stays in force and the new one waits for you: on the "
    "page of the lists, or with `guardian lists release`. `any` asks about no change. Whether it "
    "names what no family filter blocks, such as an encyclopaedia, is looked at in any case.",
    default="50%",
)


def _source(values: Values, reading: Reading) -> ListSource:
    url, path, zone = values[SOURCE_URL], values[SOURCE_PATH], zone_of(values, reading)
    given = [word for word, each in (("url", url), ("path", path), ("zone", zone)) if each]
    if len(given) != 1:
        problem = f"it has a {' and a '.join(given)}" if given else "it has no url, path or zone"
        reading.refuse(values.table, Wrong(problem, "give the one from which it is read"))
    if zone is not None and values[SOURCE_FORMAT] not in (ListFormat.AUTO, ListFormat.RPZ):
        wrong = Wrong(f"a zone is not of format {values[SOURCE_FORMAT]}", "take the format out")
        reading.refuse(values.node(SOURCE_FORMAT), wrong)
    kind = values[SOURCE_KIND]
    proof, credentials = feeds.feed(values, url, reading)
    update, expires = values[SOURCE_UPDATE], None
    if kind is ListKind.IWF:
        update, expires = confidential.confidential(values, SOURCE_UPDATE, reading)
    else:
        confidential.refuse_elsewhere(values, reading)
    return ListSource(
        id=identifier(values[NAME]),
        title=values[NAME],
        location=url or path or (zone.location if zone else ""),
        category=_category(values, kind, reading),
        kind=kind,
        format=values[SOURCE_FORMAT],
        update=update,
        hold=values[SOURCE_HOLD],
        suffixes=frozenset(values[SOURCE_SUFFIXES]),
        proof=proof,
        credentials=credentials,
        change=values[SOURCE_CHANGE],
        stage=values[SOURCE_STAGE],
        expires=expires,
        zone=zone,
        hashing=values[hashed.HASH] or "",
    )


def identifier(title: str) -> str:
    """A title as one word: "Our school" → "our-school"."""
    return re.sub(r"[\W_]+", "-", title.lower()).strip("-") or "list"


def _category(values: Values, kind: ListKind, reading: Reading) -> str:
    category = values[SOURCE_CATEGORY]
    confidential = kind is ListKind.IWF
    if category is None and not confidential:
        mend = "add a category, such as category: adult"
        reading.refuse(values.table, Wrong('"category" is missing', mend))
    if confidential and category not in (None, ILLEGAL):
        mend = "take the category out, or the kind"
        wrong = Wrong(f'a list of kind iwf cannot be of category "{category}"', mend)
        reading.refuse(values.node(SOURCE_CATEGORY), wrong)
    if not confidential and category == ILLEGAL:
        wrong = Wrong('only a list of kind iwf is of category "illegal"', "write kind: iwf")
        reading.refuse(values.node(SOURCE_CATEGORY), wrong)
    return category or ILLEGAL


def _bundled() -> Kind[tuple[str, ...]]:
    several = list_of(kinds.BUNDLED_LIST, "`all`, `none`, or a list of folders of `blocklists/`")

    def read(node: Node, reading: Reading) -> tuple[str, ...]:
        if isinstance(node, Scalar) and node.text in ("all", "none"):
            return tuple(sorted(reading.lists)) if node.text == "all" else ()
        return tuple(folder for folder in dict.fromkeys(several.read(node, reading)) if folder)

    return Kind(several.expects, "all", read)


SOURCE_SECTION: Final = Section(
    "lists.sources[]",
    "A list of your own choice, besides the bundled ones.",
    (
        NAME,
        SOURCE_URL,
        SOURCE_PATH,
        ZONE,
        PRIMARIES,
        TSIG,
        SOURCE_CATEGORY,
        SOURCE_KIND,
        SOURCE_FORMAT,
        SOURCE_UPDATE,
        SOURCE_HOLD,
        SOURCE_SUFFIXES,
        *feeds.SOURCE_FIELDS,
        SOURCE_CHANGE,
        SOURCE_STAGE,
        confidential.EXPIRES,
        hashed.HASH,
    ),
    "lists:\n  sources:\n    - name: Our school\n      path: school.txt\n      category: adult\n"
    "      update: 12h\n",
)
BUNDLED: Final = Field(
    "bundled",
    _bundled(),
    "Which of the lists that come with guardian are used.",
    default="all",
)
SOURCES: Final = Field(
    "sources",
    list_of(record(SOURCE_SECTION, _source, "a list with its name"), "a list of sources"),
    "Further lists; see below.",
    default="[]",
)


VERSIONS: Final = Field(
    "versions",
    kinds.whole_number(0, 100),
    "How many earlier contents are kept of each list of your own, packed, to be put back one day.",
    default="3",
)


WRONG: Final = Field(
    "wrong",
    list_of(kinds.NAME, "a list of names"),
    "Names that a list should not name, in your eyes, such as those that you have under "
    "`allow_names`. They are kept for the lists' makers and open nothing by themselves: "
    "`guardian lists wrong` writes down who names them, for you to send.",
    default="[]",
)


def _lists(values: Values, reading: Reading) -> Lists:
    seen: set[str] = set(reading.lists)
    for source in values[SOURCES]:
        if source.id in seen:
            problem = Said('another list is called "%(title)s" already', title=source.title)
            wrong = Wrong(problem, Said("give each a name of its own"))
            reading.note(values.node(SOURCES), wrong)
        seen.add(source.id)
    return Lists(
        values[BUNDLED],
        values[SOURCES],
        values[VERSIONS],
        values[feeds.PROXY] or "",
        values[feeds.AUTHORITIES] or "",
        values[NOTIFY],
        values[WRONG],
        values[compiling.MEMORY],
        values[confidential.COUNT],
    )


SECTION: Final = Section(
    "lists",
    "Where the names of each category come from.",
    (
        BUNDLED,
        SOURCES,
        VERSIONS,
        compiling.MEMORY,
        NOTIFY,
        feeds.PROXY,
        feeds.AUTHORITIES,
        WRONG,
        confidential.COUNT,
    ),
    "lists:\n  bundled: [adult, gambling, malware]\n",
)
LISTS: Final = record(SECTION, _lists, "the keys of lists")
