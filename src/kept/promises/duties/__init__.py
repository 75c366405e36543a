"""Duties: promises that come back period after period (S0.44, S4.21; conflicts C09, C10).

``subjects``  registers a set of things a duty can be about
``generate``  makes the duties of the next weeks, as often as it is asked
``fulfil``    keeps the open duty about a thing, where something else has done it
``follow``    gives the open duties about a thing to whoever answers for it now
"""

from kept.promises.duties.doing import follow, fulfil
from kept.promises.duties.generating import generate
from kept.promises.duties.planning import AHEAD
from kept.promises.duties.sets import DutySubject, subjects

__all__ = ["AHEAD", "DutySubject", "follow", "fulfil", "generate", "subjects"]
