"""Bringing cases in from elsewhere, with their own times as history.

Read      ``drafts.py`` (what a row can say, and what it must be), ``bulk.py`` (the verb that makes
          a thousand cases at once), ``promised.py`` (the time by which one was to be solved).
Rule      imported cases have a register of their own ("H") and keep where they come from; a row
          that is here already is not brought in again; a broken row is refused alone.
"""
