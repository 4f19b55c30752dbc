"""A client of guardian's API (docs/api.md), for programs and for guardian's own commands.

It needs nothing but the standard library. docs/library.md shows how it is used.
"""

from guardian.client.client import Client
from guardian.client.connection import Place
from guardian.client.errors import Refused, Unreachable
from guardian.client.things import Budget, Device, Held, Person, Request, Status

__all__ = [
    "Budget",
    "Client",
    "Device",
    "Held",
    "Person",
    "Place",
    "Refused",
    "Request",
    "Status",
    "Unreachable",
]
