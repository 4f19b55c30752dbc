"""Would an answer be held back since it leads into the house? As resolvers do (`views`)."""

from typing import Final

from guardian.dns.networks import is_inward
from guardian.names import is_under, to_wire
from guardian.policy import sentences
from guardian.policy.judge import Facts
from guardian.policy.sentences import Say
from guardian.service.local_names import is_local
from guardian.settings import Settings

RULE: Final = "rebinding"


def held_back(facts: Facts, settings: Settings) -> list[str]:
    """The addresses inside the house for which an answer is held back; none where it is not."""
    if _may(facts, settings):
        return []
    return sorted(str(each) for each in facts.addresses if is_inward(each.packed))


def told(facts: Facts, settings: Settings, held: list[str], say: Say) -> str:
    """What to say of it, whatever comes of it. held: as `held_back` found."""
    if held:
        return say(sentences.REBINDS).format(name=facts.qname, addresses=", ".join(held))
    if _may(facts, settings):
        return say(sentences.MAY_REBIND)
    return say(sentences.DOES_NOT_REBIND if facts.addresses else sentences.WOULD_REBIND)


def _may(facts: Facts, settings: Settings) -> bool:
    """Whether a name may lead into the house."""
    if not settings.rebinding.protect or facts.helpline:
        return True
    listed = any(is_under(facts.qname, each) for each in settings.rebinding.allow)
    return listed or is_local(to_wire(facts.qname), settings)
