"""The timeline: the story of anything, who may see it, and who is told.

Words     thread (the story of one thing), entry (one sealed line of it), attachment, sight (whose
          scopes see a thread), notice (something somebody is told), series (numbers), receipt
          (a request key and its first answer), seal (a daily proof of length).
Below     people, kit. Above: everything with a history.
Rule      entries are never changed or deleted: triggers on both databases refuse it (SX.05).
"""
