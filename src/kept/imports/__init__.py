"""The pages on which tables are brought in: a file goes up, is looked at, checked, and brought in.

Words     import (one uploaded table on its way in: whose, into which unit, how it is read, what
          became of it), check (a dry run: every row, nothing written), attempt (one check or one
          bringing in, done by the worker).
Below     timeline, people, and the engine: kit.importing. What can be imported it learns from the
          kinds the other modules register; it knows none of them by name.
Rule      a table is seen by who brought it and by who may import its kind in that unit; the file
          and the values in its faults are forgotten after seven days.
"""
