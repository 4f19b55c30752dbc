"""The tables of the database, as they came one step after another.

A step that was given out is never changed: a new one is added at the end. `PRAGMA user_version`
says how many a file has had.
"""

import sqlite3
from typing import Final

from guardian.store import (
    addresses,
    agreements,
    appeals,
    attempts,
    devices,
    events,
    illegal_hits,
    insight,
    news,
    outbox,
    survey,
)

MIGRATIONS: Final = (
    """
    CREATE TABLE pauses (
        person TEXT, category TEXT, since TEXT NOT NULL, until TEXT NOT NULL
    );
    CREATE TABLE counts (
        day TEXT NOT NULL, person TEXT NOT NULL, queries INTEGER NOT NULL,
        blocked INTEGER NOT NULL, PRIMARY KEY (day, person)
    );
    """,
    """
    CREATE TABLE spells (
        kind TEXT NOT NULL, person TEXT, thing TEXT, since TEXT NOT NULL, until TEXT NOT NULL
    );
    INSERT INTO spells SELECT 'pause', person, category, since, until FROM pauses;
    DROP TABLE pauses;
    CREATE TABLE usage (
        day TEXT NOT NULL, person TEXT NOT NULL, thing TEXT NOT NULL, used INTEGER NOT NULL,
        earned INTEGER NOT NULL, PRIMARY KEY (day, person, thing)
    );
    """,
    """
    CREATE TABLE changes (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL,
        before BLOB NOT NULL, after BLOB NOT NULL
    );
    """,
    """
    CREATE TABLE requests (
        number INTEGER PRIMARY KEY, person TEXT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL,
        minutes INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL, answered TEXT,
        because TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE accounts (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
        password TEXT NOT NULL, totp TEXT NOT NULL, recovery TEXT NOT NULL, language TEXT NOT NULL
    );
    CREATE TABLE sessions (
        key TEXT PRIMARY KEY, account TEXT NOT NULL, csrf TEXT NOT NULL, since TEXT NOT NULL,
        seen TEXT NOT NULL, agent TEXT NOT NULL, address TEXT NOT NULL
    );
    CREATE TABLE journal (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, deed TEXT NOT NULL,
        about TEXT NOT NULL
    );
    CREATE TABLE tokens (
        key TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, account TEXT NOT NULL,
        since TEXT NOT NULL, used TEXT
    );
    """,
    """
    CREATE TABLE hours (
        hour TEXT NOT NULL, person TEXT NOT NULL, thing TEXT NOT NULL, seen INTEGER NOT NULL,
        blocked INTEGER NOT NULL, PRIMARY KEY (hour, person, thing)
    ) WITHOUT ROWID;
    CREATE TABLE stopped (
        person TEXT NOT NULL, qname TEXT NOT NULL, thing TEXT NOT NULL, times INTEGER NOT NULL,
        last TEXT NOT NULL, PRIMARY KEY (person, qname)
    ) WITHOUT ROWID;
    """,
    events.TABLES,
    """
    CREATE TABLE links (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
        deed TEXT NOT NULL, person TEXT NOT NULL, minutes INTEGER NOT NULL,
        per_day INTEGER NOT NULL, maker TEXT NOT NULL, made TEXT NOT NULL, until TEXT, used TEXT,
        uses INTEGER NOT NULL, day TEXT, day_uses INTEGER NOT NULL
    );
    """,
    devices.TABLES,
    outbox.TABLES
    + """
    ALTER TABLE links ADD COLUMN request INTEGER;
    ALTER TABLE links ADD COLUMN answer TEXT NOT NULL DEFAULT '';
    ALTER TABLE accounts ADD COLUMN person TEXT NOT NULL DEFAULT '';
    """,
    "ALTER TABLE changes ADD COLUMN places TEXT;",
    addresses.TABLES,
    illegal_hits.TABLES,
    devices.FINGERPRINTS,
    attempts.TABLES,
    news.TABLES + agreements.TABLES,
    appeals.TABLES + insight.TABLES + survey.TABLES,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that a file has not had, each of them whole or not at all."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN; {script}; PRAGMA user_version = {number}; COMMIT;")
