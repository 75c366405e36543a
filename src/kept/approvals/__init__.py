"""Approvals: who must agree before something happens.

Words     request for agreement (what is asked, by whom, of whom), decision (yes or no, once).
Below     promises, timeline, people. Above: whatever needs a second person.
Rule      whoever prepared it never decides it, not even as somebody's deputy; a decision is never
          changed; its deadline is a promise (SX.13).
"""
