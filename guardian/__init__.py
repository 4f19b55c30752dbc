"""guardian: a DNS filter that knows who asks, what the name is and what time it is."""

__version__ = "0.1.0"
