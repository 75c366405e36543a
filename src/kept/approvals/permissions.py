"""The rights this module owns, beyond those named after its verbs."""

RIGHTS: dict[str, str] = {}
