"""What if a rule were another, over a company's own promises.

Words     change (which rules get which term or calendar), counting (every promise folded from its
          clock events under today's rules and under the changed ones), answer (the figures).
Rule      a promise is counted by the same fold as ever; clock events that could not have happened
          under the changed rule (a pause when the time was already over) are skipped and told.
          Promises for a moment somebody named have no rule and are not asked about.
"""
