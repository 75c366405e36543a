"""Kept on the command line: founding, serving, importing, proving.

Words     ``kept init`` the way in for a real company, ``serve`` pages and worker, ``demo`` a living
          group to look around in, ``verify`` the proof that history is what was recorded.
Below     everything. Nothing imports it.
Rule      a command changes things through actions only, in the name of the system; a refusal is
          one sentence and exit code 1.
"""

from kept.cli.commands import main

__all__ = ["main"]
