"""Names that are made up to see who is asked for them: they lie below one of the house."""

from typing import Final

from guardian.names import to_wire

CHECK: Final = to_wire("check.guardian.home.arpa")
"""They have no addresses: `local` says so."""
