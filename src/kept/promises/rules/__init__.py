"""Rules and calendars as a company changes them: from a date on, seen before it is done (SX.19).

Words: *superseding* a rule is putting another in its place from a day on; *counting again* is what
an open promise does when its company decides about a day of its calendar (SX.03).
"""
