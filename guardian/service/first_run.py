"""The code that opens the first run: it keeps others on the network out until there is an account.

It stays the same until then, whatever is restarted meanwhile, and can be read by whoever may open
the state folder: `guardian setup`.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from guardian.lists.replace import replace_file

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_NAME: Final = "run/first-run-code"
_LENGTH: Final = 9


def kept_code(state: Path) -> str:
    """The code of a household, easy to type on a phone: "k3fm-9qxa"; made where there is none."""
    if (code := read_code(state)) is None:
        code = _made()
        with suppress(OSError):  # a full disk: it is shown where guardian was started
            replace_file(state / _NAME, [code.encode()], 0o600)
    return code


def read_code(state: Path) -> str | None:
    """The code, as a running guardian keeps it; None where there is none. Raises OSError."""
    with suppress(FileNotFoundError, UnicodeDecodeError):
        code = (state / _NAME).read_text(encoding="ascii")
        if len(code) == _LENGTH:
            return code
    return None


def forget_code(state: Path) -> None:
    """There is an account: nobody needs it any more."""
    with suppress(OSError):
        (state / _NAME).unlink(missing_ok=True)


def _made() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH - 1))
    return f"{letters[:4]}-{letters[4:]}"
