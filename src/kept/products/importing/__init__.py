"""Bringing in the catalogue and the installed base.

Read      ``catalogue.py`` (products), ``units.py`` (serial units of customers that are here).
Rule      a row is refused for what the single verb refuses; one code, one serial number.
"""
