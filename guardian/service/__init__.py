"""The processes, wired up: control, resolvers, and what they hand each other."""
