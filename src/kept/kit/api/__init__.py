"""The REST door: verbs, things and lists of the house behind one set of addresses.

``door``      the API itself: every answer a promise, every fault a problem document
``verbs``     a route for each verb, and each of their subjects under its public reference
``lists``     a route for each list, with its own filters, read page by page
``document``  the OpenAPI document, drawn from all of that
"""

from kept.kit.api.document import document
from kept.kit.api.door import Door, at_the_door, unknown_address
from kept.kit.api.lists import add_lists
from kept.kit.api.verbs import add_verbs

__all__ = ["Door", "add_lists", "add_verbs", "at_the_door", "document", "unknown_address"]
