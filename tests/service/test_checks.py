"""Names that are made up to see who is asked for them: few at a time, and not for long."""

from guardian.service.checks import Checks


def test_only_names_that_were_made_are_believed() -> None:
    checks = Checks(lambda: 0.0)
    qname = checks.begin()
    assert checks.named(qname.partition(".")[0]) == qname
    assert checks.asked(qname) == ""
    checks.take({"made.up.check.guardian.home.arpa": "10.0.0.6", qname: "10.0.0.7"})
    checks.take({qname: "10.0.0.8"})  # the first one counts
    assert checks.asked(qname) == "10.0.0.7"
    assert checks.asked("made.up.check.guardian.home.arpa") is None


def test_they_are_forgotten_in_time_and_in_number() -> None:
    now = [0.0]
    checks = Checks(lambda: now[0])
    first = checks.begin()
    now[0] = 899.0
    checks.begin()
    assert checks.asked(first) == ""
    now[0] = 900.0
    checks.begin()
    assert checks.asked(first) is None
    made = [checks.begin() for _ in range(500)]
    assert sum(checks.asked(each) is not None for each in made) == 200
