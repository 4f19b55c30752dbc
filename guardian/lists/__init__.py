"""From sources to an index that says, of any name, which lists speak of it.

Import what is needed from its module: `index` and `match` load nothing heavy, because a resolver
imports them; `library` little, because control stays; what fetches, parses and compiles runs in
processes of its own.
"""
