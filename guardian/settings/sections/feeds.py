"""What lists from the network have to show, and what their servers are shown: parts of `lists`."""

import re
from typing import Final
from urllib.parse import urlsplit

from guardian.lists.feeds import minisign
from guardian.lists.feeds.credentials import NO_CREDENTIALS, Credentials
from guardian.lists.feeds.proof import Proof
from guardian.settings import kinds
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    maybe,
    record,
    scalar,
)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PROXY: Final = re.compile(r"http://(?:[\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}/?", re.ASCII)
_ENDING: Final = ".minisig"


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text.lower()):
        raise Wrong(f'"{text}" is no SHA-256', "write its 64 digits, as sha256sum prints them")
    return text.lower()


def _key(text: str) -> str:
    try:
        minisign.read_key(text)
    except ValueError:
        raise Wrong(
            f'"{text}" is no public key of minisign', "write the 56 letters that begin with RW"
        ) from None
    return text


def _proxy(text: str) -> str:
    if "@" in text:
        raise Wrong(
            "a password in the address can be read by all who see this file",
            "write the proxy without it",
        )
    if not _PROXY.fullmatch(text):
        raise Wrong(
            f'"{text}" is not the address of a proxy', "write it as http://proxy.example:3128"
        )
    return text.rstrip("/")


DIGEST: Final = scalar("64 hexadecimal digits", "a1" * 32, _digest)
KEY: Final = scalar(
    "a public key of minisign", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", _key
)
HTTP_PROXY: Final = scalar("the address of a proxy", "http://proxy.example:3128", _proxy)
SECRET: Final = scalar("the path of a file", "secrets/feed", lambda text: text)

SIGNATURE_KEY: Final = Field("key", KEY, "Its maker's public key, as minisign prints it.")
SIGNATURE_URL: Final = Field(
    "url",
    maybe(kinds.URL),
    f"Where the signature is, if not at the list's own address with `{_ENDING}` at its end.",
    default="",
)
SIGNATURE_SECTION: Final = Section(
    "lists.sources[].signature",
    "A signature of minisign, in its present or its old form. What it does not fit is not taken, "
    "and the last good content stays.",
    (SIGNATURE_KEY, SIGNATURE_URL),
    "lists:\n  sources:\n    - name: Our county\n      url: https://lists.example/county.txt\n"
    f"      category: adult\n      signature: {{key: {KEY.example}}}\n",
)


def _signature(values: Values, _: Reading) -> tuple[str, str]:
    return values[SIGNATURE_KEY], values[SIGNATURE_URL] or ""


AUTH_BEARER: Final = Field("bearer", maybe(SECRET), "A file with a token.", default="")
AUTH_USER: Final = Field("user", maybe(kinds.TEXT), "A user name; with `password`.", default="")
AUTH_PASSWORD: Final = Field("password", maybe(SECRET), "A file with its password.", default="")
AUTH_CERTIFICATE: Final = Field(
    "certificate", maybe(SECRET), "A file with a client certificate and its chain, PEM.", default=""
)
AUTH_KEY: Final = Field(
    "key", maybe(SECRET), "A file with its private key, if that is not in the same one.", default=""
)
AUTH_SECTION: Final = Section(
    "lists.sources[].auth",
    "Who the server of a licensed list is told that we are: one of `bearer`, `user` with "
    "`password`, and `certificate`. Secrets are in files of their own, each in one line, which "
    "nobody but guardian's user and its group can read (`chmod 600`); paths are from the folder of "
    "the configuration file. They are sent to the host of the list alone, over HTTPS, and to none "
    "that it redirects to.",
    (AUTH_BEARER, AUTH_USER, AUTH_PASSWORD, AUTH_CERTIFICATE, AUTH_KEY),
    "lists:\n  sources:\n    - name: Licensed\n      url: https://feeds.example/list.txt\n"
    "      category: adult\n      auth: {user: our-school, password: secrets/feed}\n",
)


def _auth(values: Values, reading: Reading) -> Credentials:
    found = Credentials(
        bearer=values[AUTH_BEARER] or "",
        user=values[AUTH_USER] or "",
        password=values[AUTH_PASSWORD] or "",
        certificate=values[AUTH_CERTIFICATE] or "",
        key=values[AUTH_KEY] or "",
    )
    ways = [bool(found.bearer), bool(found.user or found.password), bool(found.certificate)]
    if sum(ways) != 1:
        problem = f"{'several ways' if any(ways) else 'no way'} to say who we are"
        mend = "write one of bearer, user with password, and certificate"
        reading.refuse(values.table, Wrong(problem, mend))
    if bool(found.user) != bool(found.password):
        wrong = Wrong("user and password go together", "write the other one, too")
        reading.refuse(values.table, wrong)
    if ":" in found.user or not found.user.isprintable():
        wrong = Wrong(f'"{found.user}" cannot be a user name', "write it without a colon")
        reading.refuse(values.node(AUTH_USER), wrong)
    if found.key and not found.certificate:
        wrong = Wrong("a key needs its certificate", "write certificate: and its file")
        reading.refuse(values.table, wrong)
    return found


SOURCE_SHA256: Final = Field(
    "sha256",
    maybe(DIGEST),
    "The SHA-256 of the one content that is right: of a list that never changes. Any other is not "
    "taken.",
    default="",
)
SOURCE_CHECKSUM: Final = Field(
    "checksum",
    maybe(kinds.URL),
    "Where a file with the SHA-256 is, as `sha256sum` writes it or the digest alone. What it does "
    "not fit is not taken. It says that all arrived; only a signature says from whom.",
    default="",
)
SOURCE_SIGNATURE: Final = Field(
    "signature",
    maybe(record(SIGNATURE_SECTION, _signature, "a signature with its key")),
    "With whose key it is signed; see below.",
    default="",
)
SOURCE_AUTH: Final = Field(
    "auth",
    maybe(record(AUTH_SECTION, _auth, "who we are")),
    "For a licensed list: how its server knows us; see below.",
    default="",
)
SOURCE_FIELDS: Final = (SOURCE_SHA256, SOURCE_CHECKSUM, SOURCE_SIGNATURE, SOURCE_AUTH)

PROXY: Final = Field(
    "proxy",
    maybe(HTTP_PROXY),
    "An HTTP proxy through which lists are fetched. HTTPS goes through it unread (`CONNECT`).",
    default="",
)
AUTHORITIES: Final = Field(
    "ca",
    maybe(kinds.TEXT),
    "A file with further certificates to trust when lists are fetched, PEM: of a school's proxy "
    "that opens HTTPS, or of a server of your own. From the folder of the configuration file.",
    default="",
)


def feed(values: Values, url: str | None, reading: Reading) -> tuple[Proof, Credentials]:
    """What a source has to show, and is shown. url: None for a local one."""
    given = [each for each in SOURCE_FIELDS if values[each] is not None]
    if url is None and given:
        wrong = Wrong("this is for lists that are fetched", "take it out, or give a url")
        reading.refuse(values.node(given[0]), wrong)
    key, signature = values[SOURCE_SIGNATURE] or ("", "")
    proof = Proof(
        sha256=values[SOURCE_SHA256] or "",
        checksum=values[SOURCE_CHECKSUM] or "",
        key=key,
        signature=signature or (_beside(url) if key and url else ""),
    )
    return proof, values[SOURCE_AUTH] or NO_CREDENTIALS


def _beside(url: str) -> str:
    """Where minisign puts the signature of what is at an address."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path + _ENDING, fragment="").geturl()
