"""The service catalogue: what may be asked for, as policy rows, and what was asked for.

Words     kind of request (fields, checklist, free or not, who may ask), request (one case that asks
          for it), value (what stands in a field, in one written form), item (of its checklist).
Below     the case itself: a request is a case with a kind; its promises are rows of policy.
Rule      fields are read from text and written in one form, whoever sends them: page, API, program.
"""
