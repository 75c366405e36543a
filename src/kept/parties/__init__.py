"""Parties: whoever the company serves or works with, one account each, whatever their roles.

Words     account (a customer, dealer, station, operator or supplier: roles of one party), contact
          (a person there), phone, address, change notice (a change that waits to be acknowledged).
Below     promises, search, timeline, people. Above: everything that serves somebody.
Rule      accounts are never deleted; merged ones keep their thread (SX.05, SX.10).
"""
