"""Addresses of pages that have a name in them, written so that any name is safe there."""

from urllib.parse import quote


def of_person(name: str, *parts: str) -> str:
    """A person's page, or one below it: "/people/%C3%96mer/filters"."""
    return "/".join(("/people", quote(name, safe=""), *parts))


def of_device(sign: str, *parts: str) -> str:
    """A device's page, or what is done there: "/devices/fd00%3A%3A9/block"."""
    return "/".join(("/devices", quote(sign, safe=""), *(quote(each, safe="") for each in parts)))


def of_watch(sign: str) -> str:
    """The page of a device that is watched."""
    return f"/watch/{quote(sign, safe='')}"


def own(wanted: str, otherwise: str = "/") -> str:
    """A path that came with a request, where it is one of ours, fit for a header."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return quote(wanted, safe="/?&=%") if is_path and wanted.isprintable() else otherwise
