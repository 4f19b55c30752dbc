"""Which of those who look up names is ill, in words for people."""

from collections.abc import Iterator, Sequence
from typing import Final

from guardian.errors import Said
from guardian.service.servers import every_server
from guardian.settings import Settings
from guardian.web.figures import UpstreamFigures

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
    """A sentence for each upstream that is ill. figures: by place in the configuration."""
    for server, each in zip(every_server(settings), figures, strict=False):
        if not each.is_well:
            yield Said(
                "%(server)s does not look up names: %(why)s",
                server=str(server),
                why=_translatable(each.trouble or "it is silent"),
            )


def _translatable(why: str) -> str:
    """What a resolver said of a server, in a form that pages can say in other languages."""
    for sentence in _SENTENCES:
        if why == sentence:
            return sentence
    for sentence in _WITH_DETAIL:
        before = sentence.template.partition("%")[0]
        if why.startswith(before):
            return Said(sentence.template, detail=why.removeprefix(before))
    return why
