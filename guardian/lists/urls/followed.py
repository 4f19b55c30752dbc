"""The list that is in force, and the next one as soon as it is there."""

from collections.abc import Callable
from pathlib import Path

from guardian.lists.shelf import URLS
from guardian.lists.urls.file import BadUrls
from guardian.lists.urls.listed import Listed, UrlList

_LOOK_SECONDS = 1.0


class FollowedUrls:
    """The listed URLs of a household, from its folder of lists. Reads, and writes nothing there."""

    def __init__(
        self, folder: Path, clock: Callable[[], float], say: Callable[[str], None]
    ) -> None:
        """clock: monotonic seconds. say: told of a new file that cannot be used; the one in use
        stays.

        Raises BadUrls where there is none to begin with.
        """
        self._folder = folder
        self._clock = clock
        self._say = say
        self._seen = self._stamp()
        self._urls = self._open()
        self._looked = clock()

    def match(self, url: str) -> Listed:
        """By what a URL is listed now."""
        now = self._clock()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            self._look()
        return self._urls.match(url)

    def _look(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._urls = self._open()
        except BadUrls as problem:
            self._say(f"{problem}; what was read before stays")

    def _open(self) -> UrlList:
        try:
            key = (self._folder / "key").read_bytes()
        except OSError as problem:
            raise BadUrls(
                f"{self._folder / 'key'}: it cannot be read ({problem.strerror}); run this as the "
                "user who owns the state folder"
            ) from None
        return UrlList.open(self._folder / URLS, key)

    def _stamp(self) -> tuple[int, int]:
        """What changes with the file: it is replaced, never written into."""
        try:
            stat = (self._folder / URLS).stat()
        except OSError:
            return (0, 0)
        return (stat.st_ino, stat.st_mtime_ns)
