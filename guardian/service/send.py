"""Send a message in a process of its own: apprise is heavy, and its memory goes when it ends.

The job: {"url", "title", "body"}, or {"url"} alone to hear whether apprise can read it. The
outcome: {"problem"}, "" where it was sent. A problem is one word of `Problem`, and what an address
or an answer said is never in it: addresses hold passwords.
"""

import logging
import re
import sys
from importlib.util import find_spec
from typing import Any, Final

from guardian.lists.child import serve
from guardian.store.channels import Problem

_OF_CODE: Final = {
    401: Problem.KEY,
    403: Problem.KEY,
    404: Problem.PLACE,
    429: Problem.BUSY,
}
_CODE: Final = re.compile(r"error ?= ?(\d{3})\b")
_NO_ANSWER: Final = re.compile(
    r"connection error|timed? ?out|could not connect|refused|resolve", re.I
)
_NO_KEY: Final = re.compile(r"authenticat|\b535\b|credentials", re.I)


def is_there() -> bool:
    """Whether apprise is installed."""
    return find_spec("apprise") is not None


class _Heard(logging.Handler):
    """Keeps what apprise says of a failure, to learn its kind; it is written nowhere."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def send_job(job: dict[str, Any]) -> dict[str, Any]:
    """Do what a job says."""
    try:
        import apprise
    except ImportError:
        return {"problem": Problem.ABSENT}
    heard, log = _Heard(), logging.getLogger("apprise")
    log.setLevel(logging.DEBUG)
    log.addHandler(heard)
    log.propagate = False
    asset = apprise.AppriseAsset(
        app_id="guardian", app_desc="guardian", app_url="", image_url_mask="", image_url_logo="",
        async_mode=False,
    )  # fmt: skip
    sender = apprise.Apprise(asset=asset)
    try:
        if not sender.add(job["url"]):
            return {"problem": Problem.ADDRESS}
        if "body" not in job or sender.notify(
            body=job["body"], title=job["title"], body_format=apprise.NotifyFormat.TEXT
        ):
            return {"problem": ""}
    except Exception:  # noqa: BLE001 (a plug-in of a service may raise anything; it may hold the address)
        return {"problem": Problem.REFUSED}
    return {"problem": problem_of(" ".join(heard.said))}


def problem_of(said: str) -> Problem:
    """The kind of a failure, from what was said of it."""
    if found := _CODE.search(said):
        return _OF_CODE.get(int(found[1]), Problem.REFUSED)
    if _NO_KEY.search(said):
        return Problem.KEY
    return Problem.SILENT if _NO_ANSWER.search(said) else Problem.REFUSED


if __name__ == "__main__":
    sys.exit(serve(send_job))
