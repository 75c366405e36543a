"""What those who run Kept look at: whether it is well, its figures, its log lines.

Words     a *figure* is a number for Prometheus; a *check* says in one sentence what is wrong; a
          *line* is one event of the log.
Below     everything; nothing but the doors of ``kept.web`` knows it.
Rule      no personal data: a line holds numbers, rules, verbs and ids only, and what may stand in
          it is written down (``logs.FIELDS``).
"""
