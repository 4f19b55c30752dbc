"""Whether new content of a list counts, or waits for a person; and what it was before."""
