"""All of it or nothing: what is written together is one transaction, however many parts write."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

BUSY_SECONDS: Final = 2.0  # that another process may take to write


@contextmanager
def whole(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction around what is written within; within another one, a part of that one."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise
