"""Stations: what field staff find out about the authorised stations and what is sold beside them.

Words     sales figure (units of a model sold in a region in a week), inspection (how a station
          treats people, with findings and a score), settlement talk.
Below     cases and everything under it; a station is an account of parties.
Rule      one figure for a region, model and week, corrected but never overwritten (S0.32); no
          inspection is closed without findings and score (S0.06).
"""
