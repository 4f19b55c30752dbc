"""Sentences in tables, for translators to find: they are said elsewhere."""


def sentence(english: str) -> str:
    """The sentence as it stands."""
    return english
