"""Match whole URLs against a list of pages that must not be published.

DNS sees names and no pages. Who sees a URL, such as a school's proxy, asks here whether a page is
listed, of a list of which nothing but keyed hashes is kept. Usable alone; docs/library.md shows it.
"""

from guardian.lists.urls.compiling import compile_urls
from guardian.lists.urls.file import BadUrls
from guardian.lists.urls.listed import Listed, UrlList
from guardian.lists.urls.spelling import normalise

__all__ = ["BadUrls", "Listed", "UrlList", "compile_urls", "normalise"]
