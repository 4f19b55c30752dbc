"""What is said of backups that are not made."""

from typing import Final

from guardian.web.languages import sentence

UNWRITTEN: Final = sentence("A backup could not be written into %(folder)s. Does it have room?")
LATE: Final = sentence("The last backup is of %(day)s; a newer one is due.")
