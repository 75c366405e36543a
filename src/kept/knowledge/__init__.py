"""Knowledge: what to say and how, at the place where it is needed.

Words     script (what is said at one moment of a contact, line by line, by kind of unit).
Below     cases and everything under it.
Rule      scripts are policy rows of one company; no company sees another's (C12).
"""
