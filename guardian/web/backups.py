"""What is said of backups that are not made."""

from typing import Final

from guardian.web.marked import sentence

LATE: Final = sentence("The last backup is of %(day)s; a newer one is due.")
