"""Where the user who runs guardian reaches its API without a key."""

from typing import Final

SOCKET: Final = "run/api.sock"
"""In the state folder; nobody else can open it."""
