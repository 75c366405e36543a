"""The kit: what every module is built from, and no business words at all.

actions    the only way anything changes: lock, right, objections, number, history
states     transitions as data; a wrong move is refused
refusal    "no" as one sentence a person can act on, with the rule behind it
records    `record()`: declared here, supplied by the timeline
wiring     slots, reactions, objections: how an upper module is heard below
pages      page declarations; forms drawn from an action's signature
lists      filter, columns, export at one address
clock      business time, movable in tests; text, money, words: values that check themselves
"""
