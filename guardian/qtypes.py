"""Record types that people name."""

from typing import Final

QTYPES: Final = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    "SVCB": 64, "HTTPS": 65, "ANY": 255,
}  # fmt: skip
"""Record types that people name, by their numbers."""
