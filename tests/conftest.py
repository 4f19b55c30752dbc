"""What holds for all tests."""

from hypothesis import settings

# A busy machine is slow, not wrong: no test fails by the clock.
settings.register_profile("guardian", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=20_000)
settings.load_profile("guardian")
