"""Lists that come over HTTPS: fetched when they are due, proven, and never half."""
