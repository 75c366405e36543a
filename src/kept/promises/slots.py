"""What promises asks the modules above."""

from kept.kit.wiring import Slot

#: The thread of a customer or partner by number, code or name, asked with the company, the words
#: and the reader; nothing where there is none, or more than one.
party_named = Slot("promises.party_named")

#: The complaints people caused, asked with whoever reads: rows with ``person`` and ``at``, the
#: moment the complaint came in; nothing where no module keeps complaints.
complaints_caused = Slot("promises.complaints_caused")

#: Further tabs over the pages of duties, asked with nothing: (address, label, icon).
more_duty_tabs = Slot("promises.more_duty_tabs")
