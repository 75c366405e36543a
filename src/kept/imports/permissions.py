"""The rights this module owns, beyond those named after its verbs: none. To import a kind of thing
one needs the right of its bulk verb.
"""

RIGHTS: dict[str, str] = {}
