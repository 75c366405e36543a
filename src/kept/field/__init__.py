"""Field: who is sent to a customer, by when they must be there, and when they were.

Words     dispatch (an engineer sent to a case, with the time agreed), customer's time (by when the
          customer wants somebody there), availability (free, busy, away, off duty).
Below     cases and everything under it; a dispatch is seen through its case.
Rule      nobody is sent before the customer's time is known, nobody to two places at once, and the
          arrival keeps the promise or breaks it by so much (S2.15).
"""
