"""What promises asks the modules above."""

from kept.kit.wiring import Slot

#: The thread of a customer or partner by number, code or name, asked with the company, the words
#: and the reader; nothing where there is none, or more than one.
party_named = Slot("promises.party_named")
