"""What parties asks the modules above inside its own verbs."""

from kept.kit.wiring import Slot

#: Lines saying what open work still waits at an account; asked before a partnership ends.
account_open_work = Slot("parties.open_work")
