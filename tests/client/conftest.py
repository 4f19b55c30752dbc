"""The household and its owner, as the pages' tests have them."""

from tests.web.conftest import parent, shared

__all__ = ["parent", "shared"]
