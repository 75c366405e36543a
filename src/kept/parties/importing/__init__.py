"""Bringing in customers, partners and the people there.

Read      ``accounts.py`` (what a row says), ``account_checks.py`` (what it must be), ``bulk.py``
          (a thousand accounts with their people at once); ``contacts.py`` (people of accounts that
          are here already); ``finding.py`` (the account that a row of another table means).
Rule      a row is refused for what the single verb refuses; the same customer is not entered twice.
"""
