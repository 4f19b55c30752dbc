"""Whether an error says that nothing can be written: a full disk, or one that is read-only.

DNS and the pages go on then; what would be kept is refused, and said so.
"""

import errno
import sqlite3
from typing import Final

_ERRNOS: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.EFBIG}
)
_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    }
)


def is_refusal(problem: BaseException) -> bool:
    """Whether the disk, and nothing else, is why something could not be kept."""
    if isinstance(problem, sqlite3.Error):
        code = getattr(problem, "sqlite_errorcode", None)  # not of those that Python itself raises
        return code is not None and code & 0xFF in _CODES
    return isinstance(problem, OSError) and problem.errno in _ERRNOS
