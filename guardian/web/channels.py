"""The kinds of channels that have a form of their own, and what is said about channels.

A kind makes the address that apprise reads out of a few plain fields, and what may be shown of it.
Whatever else apprise can reach is written as its address.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from guardian.store.channels import Problem, Topic
from guardian.web.marked import sentence

_HOST: Final = re.compile(r"(?:https?://)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?/?")
_MAIL: Final = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")

TOPICS: Final[Mapping[Topic, str]] = {
    Topic.REQUESTS: sentence("A child asks for something, or was answered"),
    Topic.DEVICES: sentence("A new device that nobody has named"),
    Topic.TIMES: sentence("Bedtime or another time is about to begin"),
    Topic.LIMITS: sentence("Minutes run low, or are used up"),
    Topic.DEEDS: sentence("Pauses and extra time"),
    Topic.GROWING: sentence("A birthday that changes the rules"),
    Topic.TROUBLE: sentence("Something is wrong with guardian"),
    Topic.LOGINS: sentence("Somebody has logged in"),
    Topic.LETTER: sentence("The letter of the week is ready"),
}
USUAL: Final = frozenset({Topic.REQUESTS, Topic.TROUBLE})
WHY: Final[Mapping[Problem, str]] = {
    Problem.ABSENT: sentence("what sends messages is not installed here."),
    Problem.ADDRESS: sentence("the address cannot be read."),
    Problem.KEY: sentence("the service does not accept the password or key."),
    Problem.PLACE: sentence("the service does not know this address."),
    Problem.BUSY: sentence("the service says that these are too many."),
    Problem.SILENT: sentence("nobody answers there."),
    Problem.REFUSED: sentence("the service did not take the message."),
}

UNDELIVERED: Final = sentence("Messages do not arrive on “%(title)s”: %(why)s")
TEST: Final = sentence("This is a test. Messages of guardian arrive here.")
ANSWERED: Final = sentence("%(request)s. The answer: %(answer)s.")
YES: Final = sentence("Yes, once: %(link)s")
NO: Final = sentence("Not now: %(link)s")


class Wrong(Exception):
    """A value of a form that cannot be used. name: of its field."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(said)
        self.name = name


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a kind's form. type: of the input; options: to choose from."""

    name: str
    label: str
    hint: str = ""
    type: str = "text"
    required: bool = True
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """build: makes the address, and what may be shown, of the fields' values. Raises Wrong."""

    id: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    build: Callable[[Mapping[str, str]], tuple[str, str]]


def _host(text: str) -> str:
    """Host, and port if there is one."""
    match = _HOST.fullmatch(text)
    if match is None:
        raise Wrong("server", sentence("Write a server’s name, such as mail.example.org."))
    return match[1] + (match[2] or "")


def _mail(values: Mapping[str, str]) -> tuple[str, str]:
    to = values["to"]
    if not _MAIL.fullmatch(to):
        raise Wrong("to", sentence("Write one e-mail address."))
    host, user, password = _host(values["server"]), values["user"], values["password"]
    sender = user if _MAIL.fullmatch(user) else to
    said = {"smtp": host.partition(":")[0], "from": sender, "to": to}
    if user:
        said |= {"user": user, "pass": password}
    if values["secure"] == "none":
        return f"mailto://{host}?{urlencode(said)}", _masked(to)
    said["mode"] = "ssl" if values["secure"] == "ssl" else "starttls"
    return f"mailtos://{host}?{urlencode(said)}", _masked(to)


def _masked(mail: str) -> str:
    """An address in which only its owner knows it again: "m…@example.org"."""
    name, _, host = mail.rpartition("@")
    return f"{name[:1]}…@{host}"


def _ntfy(values: Mapping[str, str]) -> tuple[str, str]:
    host, topic = _host(values["server"] or "ntfy.sh"), values["topic"]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", topic):
        raise Wrong("topic", sentence("A topic has letters, digits, - and _, at most 64."))
    schema = "ntfy" if values["server"].startswith("http://") else "ntfys"
    said = {"auth": "token", "token": values["key"]} if values["key"] else {}
    end = f"?{urlencode({'mode': 'private', **said})}"
    return f"{schema}://{host}/{topic}{end}", f"{host}/{topic[:2]}…"


def _telegram(values: Mapping[str, str]) -> tuple[str, str]:
    if not re.fullmatch(r"\d{5,12}:[A-Za-z0-9_-]{20,80}", values["key"]):
        raise Wrong("key", sentence("A bot’s key looks like 123456789:ABCdef…."))
    if not re.fullmatch(r"-?\d{3,15}", values["chat"]):
        raise Wrong(
            "chat", sentence("A chat’s number has digits only, and perhaps a minus before them.")
        )
    return f"tgram://{values['key']}/{values['chat']}/", f"…{values['chat'][-3:]}"


def _matrix(values: Mapping[str, str]) -> tuple[str, str]:
    host, room = _host(values["server"]), values["room"]
    if not re.fullmatch(r"[!#][^\s/:]+:[^\s/]+", room):
        raise Wrong("room", sentence("A room looks like #family:example.org or !abc:example.org."))
    schema = "matrix" if values["server"].startswith("http://") else "matrixs"
    user, password = quote(values["user"], safe=""), quote(values["password"], safe="")
    shown = f"{room[:3]}…:{room.partition(':')[2]}"
    return f"{schema}://{user}:{password}@{host}/{quote(room, safe='!')}", shown


def _other(values: Mapping[str, str]) -> tuple[str, str]:
    url = values["url"]
    schema = urlsplit(url).scheme if "://" in url else ""
    if not re.fullmatch(r"[a-z][a-z0-9]*", schema):
        raise Wrong(
            "url",
            sentence("Write an address as apprise reads it, such as json://server.example/path."),
        )
    return url, f"{schema}://…"


_SERVER: Final = sentence("Server")
_PASSWORD: Final = sentence("Password")
KINDS: Final = (
    Kind(
        "mail",
        sentence("E-mail"),
        sentence("guardian sends from an account that you have with your provider."),
        (
            Entry("to", sentence("To"), type="email"),
            Entry("server", _SERVER, sentence("Of outgoing mail, such as smtp.example.org")),
            Entry("user", sentence("User name"), required=False),
            Entry("password", _PASSWORD, type="password", required=False),
            Entry(
                "secure",
                sentence("Encryption"),
                value="starttls",
                options=(
                    ("starttls", sentence("STARTTLS (usual)")),
                    ("ssl", sentence("TLS from the start")),
                    ("none", sentence("None: only inside your own network")),
                ),
            ),
        ),
        _mail,
    ),
    Kind(
        "ntfy",
        "ntfy",
        sentence(
            "A free app. Make up a long topic and subscribe to it there: who knows it, reads."
        ),
        (
            Entry("topic", sentence("Topic")),
            Entry("server", _SERVER, sentence("Empty for ntfy.sh, or your own"), required=False),
            Entry("key", sentence("Key"), type="password", required=False),
        ),
        _ntfy,
    ),
    Kind(
        "telegram",
        "Telegram",
        sentence(
            "Ask @BotFather for a bot of your own, write to it once, and find the chat’s number."
        ),
        (
            Entry("key", sentence("The bot’s key"), type="password"),
            Entry("chat", sentence("The chat’s number")),
        ),
        _telegram,
    ),
    Kind(
        "matrix",
        "Matrix",
        sentence("An account for guardian alone, and a room in which you both are, not encrypted."),
        (
            Entry("server", _SERVER),
            Entry("user", sentence("User name")),
            Entry("password", _PASSWORD, type="password"),
            Entry("room", sentence("Room")),
        ),
        _matrix,
    ),
    Kind(
        "other",
        sentence("Something else"),
        sentence("Any address that the program apprise knows: more than a hundred services."),
        (Entry("url", sentence("Address"), type="password"),),
        _other,
    ),
)


def kind_of(word: str) -> Kind | None:
    """The kind of an id."""
    return next((each for each in KINDS if each.id == word), None)
