"""What the categories of others are called here.

A name of theirs for which we have no word may become a category of its own: see `proposed`.
docs/lists.md shows these tables.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from guardian.lists.source import Source, SourceKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a list is most likely for."""

    category: str
    kind: SourceKind = SourceKind.BLOCK


# Their name → ours. UT1's folders, and the links that its archive has beside them.
UT1: Final[Mapping[str, str]] = {
    "adult": "adult", "porn": "adult", "mixed_adult": "adult", "lingerie": "adult",
    "agressif": "violence", "aggressive": "violence", "violence": "violence",
    "dangerous_material": "violence",
    "ai": "ai-chat",
    "arjel": "gambling", "gambling": "gambling",
    "audio-video": "video",
    "chat": "messaging",
    "cryptojacking": "malware", "ddos": "malware", "dialer": "malware", "malware": "malware",
    "phishing": "malware", "stalkerware": "malware",
    "dating": "dating",
    "drogue": "drugs", "drugs": "drugs",
    "doh": "bypass", "vpn": "bypass", "redirector": "bypass", "proxy": "bypass",
    "strict_redirector": "bypass", "strong_redirector": "bypass", "residential-proxies": "bypass",
    "filehosting": "file-sharing", "warez": "file-sharing",
    "games": "games",
    "publicite": "ads", "ads": "ads", "marketingware": "ads",
    "social_networks": "social",
}  # fmt: skip
# Lists of what is good: they take their names out of a category.
UT1_ALLOWS: Final[Mapping[str, str]] = {
    "sexual_education": "adult", "child": "adult", "educational_games": "games",
}  # fmt: skip
# For a French examination, or for that university alone; and lists of good sites without a subject.
UT1_NOT_FOR_US: Final = frozenset(
    {
        "examen_pix", "tricheur_pix", "liste_bu", "liste_blanche", "exceptions_liste_bu", "special",
        "cleaning", "download", "translation", "update", "reaffected",
    }
)  # fmt: skip
HAGEZI: Final[Mapping[str, str]] = {
    "light": "ads", "multi": "ads", "pro": "ads", "ultimate": "ads", "popupads": "ads",
    "native": "ads",
    "tif": "malware", "fake": "malware",
    "doh": "bypass", "doh-vpn-proxy-bypass": "bypass", "nosafesearch": "bypass",
    "gambling": "gambling", "nsfw": "adult", "social": "social", "anti.piracy": "file-sharing",
}  # fmt: skip
STEVENBLACK: Final[Mapping[str, str]] = {
    "gambling": "gambling", "porn": "adult", "social": "social",
}  # fmt: skip
IPFIRE: Final[Mapping[str, str]] = {
    "ads": "ads", "smart-tv": "ads", "dating": "dating", "doh": "bypass", "gambling": "gambling",
    "games": "games", "malware": "malware", "phishing": "malware", "piracy": "file-sharing",
    "porn": "adult", "social": "social", "streaming": "video", "violence": "violence",
}  # fmt: skip
BLOCKLISTPROJECT: Final[Mapping[str, str]] = {
    "ads": "ads", "basic": "ads", "smart-tv": "ads", "tracking": "ads",
    "abuse": "malware", "crypto": "malware", "fraud": "malware", "malware": "malware",
    "phishing": "malware", "ransomware": "malware", "redirect": "malware", "scam": "malware",
    "drugs": "drugs", "facebook": "social", "tiktok": "social", "gambling": "gambling",
    "piracy": "file-sharing", "torrent": "file-sharing", "porn": "adult", "youtube": "video",
}  # fmt: skip

_WORD: Final = re.compile(r"[a-z][a-z0-9-]*")
_PLACES: Final = (
    (re.compile(r"hagezi/[^#]*/([\w.-]+?)(?:-onlydomains|-old|-compressed)?\.txt\Z"), HAGEZI),
    (re.compile(r"StevenBlack/hosts/[^#]*/alternates/([a-z]+)-only/hosts\Z"), STEVENBLACK),
    (re.compile(r"dbl\.ipfire\.org/lists/([a-z-]+)/"), IPFIRE),
    (re.compile(r"blocklistproject[./][^#]*/([a-z-]+?)(?:-nl|-ags)?\.txt\Z"), BLOCKLISTPROJECT),
)


def proposed(location: str) -> Proposal | None:
    """What a list at a location is most likely for; None where nobody can say.

    location: as a source has it. The part of an archive, and a folder, are read as a category of
    UT1; one that we have no word for becomes a category of that name.
    """
    for pattern, names in _PLACES:
        if found := pattern.search(location):
            return _of(found[1], names)
    part = Source("", "", location).part
    name = PurePosixPath(part or ("" if "://" in location else location)).name
    if name in UT1_ALLOWS:
        return Proposal(UT1_ALLOWS[name], SourceKind.ALLOW)
    if name in UT1:
        return Proposal(UT1[name])
    own = name.replace("_", "-")
    if part and name not in UT1_NOT_FOR_US and _WORD.fullmatch(own):
        return Proposal(own)
    return None


def _of(name: str, names: Mapping[str, str]) -> Proposal | None:
    """By the whole name, else by its beginning: "gambling.mini" is of "gambling"."""
    category = names.get(name) or names.get(name.partition(".")[0])
    if category is None and _WORD.fullmatch(name):
        category = name
    return Proposal(category) if category else None
