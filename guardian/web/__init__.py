"""What a parent sees: pages and the API. It knows no process and no SQL: `Status` comes in."""
