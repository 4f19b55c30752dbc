"""Statistics that help and never expose: from a household's month to figures of many households."""
