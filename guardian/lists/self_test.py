"""A name that guardian puts into each confidential list, to see that the block works.

Nobody can have it (RFC 6761 keeps `test` for such uses), so it can be looked up, shown and logged,
where a listed name cannot.
"""

from typing import Final

SELF_TEST: Final = "illegal-self-test.guardian.test"
