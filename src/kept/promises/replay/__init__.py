"""Replay: what another system recorded, run through rules and compared with what it recorded.

Pure: no models, no database, no clock of its own. Like the clockwork it stands on.

Words     record (a matter as another system kept it: received, target, done, verdict), mapping (how
          its file is read), policy (rules and calendars, written as in a pack), difference (why a
          recorded target is not the one the rule gives), spread (what rules make of many promises:
          kept, lateness, deadlines by hour of the week).
Shipped   a mapping and a policy each for the two public logs that Kept is proved on, in
          ``shipped/``.
"""
