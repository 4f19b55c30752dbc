"""Which of those who look up names is ill, in words for people."""

from collections.abc import Iterator, Sequence
from typing import Final

from guardian.errors import Said
from guardian.service.servers import data_of, every_server
from guardian.settings import Settings
from guardian.web.figures import UpstreamFigures
from guardian.web.upstreams import Asked

SILENT: Final = "it is silent"

_SENTENCES: Final = (
    Said("it is silent"),
    Said("it ended the connection"),
    Said("it does not speak HTTP/2"),
    Said("it does not speak DNS over QUIC"),
    Said("its public key is not one of the pinned ones"),
    Said("no certificate authorities are known to check it with"),
    Said("it answers what nobody asked"),
    Said("nobody listens there, or no way leads there"),
)
_WITH_DETAIL: Final = (
    Said("its certificate is not good: %(detail)s"),
    Said("it cannot be reached: %(detail)s"),
    Said("TLS with it fails: %(detail)s"),
    Said("QUIC with it fails: %(detail)s"),
)


def problems(settings: Settings, figures: Sequence[UpstreamFigures]) -> Iterator[str]:
    """A sentence for each upstream that is ill."""
    for each in asked(settings, figures):
        if not each.is_well:
            yield Said(
                "%(server)s does not look up names: %(why)s",
                server=str(each.server),
                why=each.trouble,
            )


def asked(settings: Settings, figures: Sequence[UpstreamFigures]) -> Iterator[Asked]:
    """Everybody who is asked, for what, and how they do as far as it is told already."""
    told = {each.called: each for each in figures}
    for server in every_server(settings):
        found = told.get(data_of(settings, server).called)
        lately = found.lately if found else None
        yield Asked(
            server=server,
            names=tuple(each.suffix for each in settings.forwards if server in each.upstreams),
            people=tuple(who for who, own in settings.own_upstreams.items() if server in own),
            for_all=server in settings.upstreams,
            milliseconds=max(1, round(lately * 1000)) if lately is not None else None,
            is_well=found is None or found.is_well,
            trouble="" if found is None or found.is_well else sayable(found.trouble or SILENT),
        )


def sayable(why: str) -> str:
    """What a resolver said of a server, in a form that pages can say in other languages."""
    for sentence in _SENTENCES:
        if why == sentence:
            return sentence
    for sentence in _WITH_DETAIL:
        before = sentence.template.partition("%")[0]
        if why.startswith(before):
            return Said(sentence.template, detail=why.removeprefix(before))
    return why
