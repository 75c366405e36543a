"""Promises: everything the company said it would do, with a clock, a person and an ending.

Words     promise (kind, due time, person, about which thread, to whom), rule (a policy row: which
          promise arises when, how long), clock event (start, pause, keep …: the only truth),
          calendar (shifts, holidays, make-up days), sweep (flags what is due, once a tick).
Below     timeline, people. Above: everything that promises.
Rule      state and due time are a fold over the events, rebuilt at any time (S2.16, SX.04).
"""
