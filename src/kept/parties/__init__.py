"""Parties: whoever the company serves or works with, one account each, whatever their roles.

Words     account (a customer, dealer, station, operator or supplier: roles of one party), contact
          (a person there), phone, address, field manager (responsible for a station), posting,
          coverage, change notice (a change that waits to be acknowledged), tenure (the time a
          customer belongs to a territory), remark (what was heard).
Below     promises, search, timeline, people. Above: everything that serves somebody.
Rule      accounts are never deleted; merged ones keep their number and story (SX.05, SX.10).
"""
