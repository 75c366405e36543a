"""How people is built."""

from kept.kit.testing.structure import structure_of

test_structure = structure_of("people")
