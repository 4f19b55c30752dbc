"""What is well, what is not, and how to mend it: one small file for each group of checks."""
