"""Keeping and moving an installation: backup, restore, and from one database to another.

Words     a *store* is a database as this package sees it; a *plain row* is a row written the same
          whichever database it came from; *digest* the SHA-256 of a table's plain rows in order.
Below     the drivers of both databases, and the models as the migrations tell them: what is kept is
          found there, so that new models are carried by themselves.
Rule      a half copy is never taken for a whole one: PostgreSQL is filled in one transaction,
          SQLite beside its place and renamed, a backup under another name until it is complete.
"""
