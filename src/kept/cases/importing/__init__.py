"""Bringing cases in from elsewhere, with their own times as history.

Read      ``reading.py`` (a file as rows), ``mapping.py`` (a row as a draft), ``drafts.py`` (what a
          draft must be), ``bulk.py`` (the verb that makes a thousand cases at once), ``running.py``
          (a whole file, with progress and a file of what was refused).
Rule      imported cases have a register of their own ("H") and keep where they come from; a row
          that is here already is not brought in again; a broken row is refused alone.
"""
