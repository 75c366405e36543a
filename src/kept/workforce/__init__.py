"""Workforce: who may advise on solutions, and where that is too few.

Words     consultant (may advise on solutions, and which), shortage (a unit below what policy asks).
Below     everything a customer's matter needs; here stands what the staff must be able to do.
Rule      whoever leaves a unit below the minimum has seen the warning first (S1.02).
"""
