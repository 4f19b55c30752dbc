"""From a list of URLs to its hashes."""

from collections.abc import Iterable
from io import BytesIO

from guardian.lists.self_test import SELF_TEST
from guardian.lists.source import Source, SourceKind
from guardian.lists.urls.file import to_bytes
from guardian.lists.urls.keys import Pages


def compile_urls(
    content: bytes, key: bytes, protected: Iterable[str] = (), form: str = "urls"
) -> bytes:
    """The hashes of a list: what `UrlList` matches against, and nobody can read.

    content: one URL a line, or CSV (docs/lists.md, "Lists of illegal content"). key: 32 bytes that
    nobody else has. protected: names that are never listed, nor what is below or above them. form:
    "hashed" for a digest a line, of a URL or a name.
    Raises BadSource where this is a web page, or otherwise no list.
    """
    from guardian.lists.gather import Gatherer  # who only matches never loads what reads lists

    source = Source("urls", "illegal", "", SourceKind.IWF, form)
    return joined([Gatherer(key, protected).gather(source, BytesIO(content), "it").pages], key)


def joined(several: Iterable[Pages], key: bytes) -> bytes:
    """The hashes of several lists, in one file's content, and the self-test's."""
    pages = Pages()
    pages.take_site(SELF_TEST, key, alone=True)
    for each in several:
        pages.add(each)
    return to_bytes(pages, key)
