"""`python -m benchmarks.urls`: what a match of a URL costs, by what comes of it."""

import sys
from collections.abc import Sequence
from secrets import token_bytes
from time import process_time
from typing import Final

from guardian.lists.urls import UrlList, compile_urls

PAGES: Final = 6_000
SITES: Final = 2_000
RUNS: Final = 5
ASKED: Final = 10_000


def main() -> int:
    """Print CPU microseconds a match, the best and the worst of the runs."""
    pages = "".join(f"https://host{n % 2000}.example/gallery/{n}\n" for n in range(PAGES))
    sites = "".join(f"https://site{n}.example/\n" for n in range(SITES))
    key = token_bytes(32)
    content = compile_urls((pages + sites).encode(), key)
    urls = UrlList(content, key)
    print(f"{PAGES} pages and {SITES} sites: {len(content) / 1000:.0f} kB")
    for title, asked in (
        ("on no list", [f"https://cdn.img{n}.example/path/file-{n}.jpg?v=1" for n in range(ASKED)]),
        ("a host with listed pages", [f"https://host{n % 2000}.example/{n}" for n in range(ASKED)]),
        ("a listed page", [f"https://host{n % 2000}.example/gallery/{n}" for n in range(PAGES)]),
        ("a listed site", [f"https://www.site{n % SITES}.example/{n}" for n in range(ASKED)]),
        ("an unusual spelling", [f"HTTPS://CDN.img{n}.example/%7e/../{n}" for n in range(ASKED)]),
    ):
        took = sorted(_microseconds(urls, asked) for _ in range(RUNS))
        print(f"{title:26} {took[0]:5.1f} – {took[-1]:.1f} µs")
    return 0


def _microseconds(urls: UrlList, asked: Sequence[str]) -> float:
    begun = process_time()
    for url in asked:
        urls.match(url)
    return (process_time() - begun) / len(asked) * 1e6


if __name__ == "__main__":
    sys.exit(main())
