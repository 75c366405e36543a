"""Reports: what is told to leadership about a month or a quarter, counted from the registers.

Words     report (of a kind, about a unit or an account, for a period), figure (counted from rows
          that one click shows), submitted (frozen: a later change is a corrected version).
Below     everything; it reads across modules and writes nothing but its own reports.
Rule      figures are never typed; a submitted report stays as it was sent (SX.14).
"""
