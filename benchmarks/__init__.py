"""guardian beside its peers: the same lists, upstream and load for each, one command.

`python -m benchmarks` prints the table that docs/benchmarks.md explains. Nothing leaves loopback.
"""
