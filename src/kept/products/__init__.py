"""Products: what was made and sold, which unit stands where, and what is covered until when.

Words     product (a catalogue item: model or software), serial unit (one thing with a serial number),
          contract, warranty term, verdict (covered or not on a day, with the reason).
Below     parties and everything under it. Above: cases.
"""
