"""Products: what was made and sold, which unit stands where, and what is covered until when.

Words     product (a catalogue item: model or software), serial unit (one thing with a serial
          number) and its class (sale, loaner, faulty), component (bought from a supplier, under
          the supplier's own commitment), contract, warranty term (policy), verdict (covered or
          not on a day, with the reason line by line).
Below     parties and everything under it. Above: cases.
Rule      a unit has one class at a time and every change of it is on record (S0.05).
"""
