"""The timeline is built like every module."""

from kept.kit.testing.structure import structure_of

test_structure = structure_of("timeline")
