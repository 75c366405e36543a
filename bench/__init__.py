"""How fast Kept is, measured against the same statements in raw SQL: ``bin/bench``.

Nothing here runs in the tests: times depend on the machine. ``docs/performance.md`` holds a table
measured once, with the machine it was measured on.
"""
