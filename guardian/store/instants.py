"""Instants as the database has them: text in UTC, to the second, that sorts as they come."""

from datetime import UTC, datetime
from typing import Final

NEVER: Final = datetime.max.replace(tzinfo=UTC)


def text(instant: datetime) -> str:
    """An aware instant; `datetime.fromisoformat` reads it back."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")
