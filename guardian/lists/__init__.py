"""From sources to an index that says, of any name, which lists speak of it.

Import what is needed from its module: `index` and `match` load nothing heavy, because a resolver
imports them; `compile`, `fetch` and `library` are for everybody else.
"""
