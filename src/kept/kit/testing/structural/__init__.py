"""Checks of how Kept is built; each gives the faults it found. See ``kit.testing.structure``.

sources    the parts of the house, and their code as syntax trees
floors     which part may know which, read from the import contract
code       what no part may do: read the system's clock, print, import in the middle
verbs      what every action has: meaning, label, right, words for what it asks, bounds, a page
events     what is recorded and told, what is worded, and what is heard
relations  where models point, and which tables only grow
templates  no inline scripts or styles, everything translated, one heading a page
called     which actions some test runs
"""
