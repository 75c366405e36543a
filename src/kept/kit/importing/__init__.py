"""Bringing tables in: any kind of thing that says what its rows must be can be imported.

Read      ``reading.py`` (a file as rows: ``separated.py`` for text in any encoding,
          ``workbooks.py`` for Excel), ``headers.py`` (where the columns are named), ``kinds.py``
          (what can be imported, and its fields), ``mapping.py`` (a row as a draft), ``running.py``
          (a whole file, batch by batch), ``refused.py`` (the rows to be mended), ``forms.py`` (an
          empty table to fill in).
Words     a kind (customers, prices), its fields, a draft (a row as that kind), a fault (a row that
          was refused and why), a note (a row that came in, with a warning).
Rule      a broken row is refused alone, with its line, its column, its value and how to mend it;
          what came in before is not brought in again; a dry run writes nothing.
"""
