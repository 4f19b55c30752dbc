"""What parents see of a person: by age, unless the family says otherwise; the person is told too.

Helplines leave no trace at any level, illegal content leaves no name, and neither does what is
looked for in need.
"""

from typing import Final

from guardian.policy.people import AgeBand, Privacy

USUAL: Final = {
    AgeBand.UP_TO_5: Privacy.BLOCKED,
    AgeBand.FROM_6: Privacy.BLOCKED,
    AgeBand.FROM_9: Privacy.BLOCKED,
    AgeBand.FROM_13: Privacy.CATEGORIES,
    AgeBand.FROM_16: Privacy.CATEGORIES,
    AgeBand.ADULT: Privacy.COUNTS,
}
NEVER_NAMED: Final = frozenset({"illegal", "self-harm"})  # categories: counted, and no more
UNSPOKEN: Final = NEVER_NAMED | {"adult", "dating", "drugs", "gambling", "violence"}
"""Categories that a letter about somebody leaves out: nobody is put to shame."""
TOLD_FROM: Final = frozenset({AgeBand.FROM_13, AgeBand.FROM_16, AgeBand.ADULT})
"""The bands of those who are told whenever somebody has looked at their activity."""
