"""Vouchers: the invoices, receipts and tickets that hang on a matter, each of them once.

Words     voucher (a file of its kind with the number, day, place and amount printed on it),
          standing (it counts), withdrawn (it no longer does, and says why).
Below     search, timeline, people. Above: whatever is paid by a voucher.
Rule      the same content and the same number stand once in a company; the database sees to it
          (SX.10). What was entered is corrected or withdrawn with a reason, never deleted (SX.05).
"""
