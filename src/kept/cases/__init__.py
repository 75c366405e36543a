"""Cases: one register for every contact, and the life of a case until the customer says "solved".

Words     interaction (one call, mail, letter or visit: a line of the register), case (a matter that
          needs work), owner (first receiver, answerable until the end), handler (who works on it
          now), hand-over, question (asked of colleagues), outcome (how it ended, with evidence).
Below     products, parties, promises, timeline, people. Above: visits, complaints, settlement …
Rule      the owner stays owner through every hand-over, and nobody else closes (S1.48).
Read      ``models/case.py`` for the life of a case, ``actions/`` for the business, top to bottom.
"""
