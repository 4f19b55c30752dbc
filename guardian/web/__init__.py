"""What a parent sees: pages and the API."""
