"""People: companies and their units, users, what each may see and do.

Words     unit (a node of one tree; a company is a unit at its top), user, role (a set of rights),
          scope (an integer that says "whose"), grant (user + role + scope), absence and deputy,
          policy (a typed row with a day it takes effect), installation.
Below     the kit. Above: the timeline, which gives users and units a story.
Rule      a person of one company sees nothing of another (SX.01); rights come from grants only
          (SX.02); nobody leaves while somebody still waits for them (SX.17).
"""
