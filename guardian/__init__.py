"""guardian: a DNS filter that knows who asks, what the name is and what time it is."""

from typing import Final

__version__: Final = "0.1.0"
