"""What is kept: the household's state in SQLite. SQL lives here only."""
