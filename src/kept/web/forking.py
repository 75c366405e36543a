"""The web server loads Kept once; the processes that answer are forked from it and share what was
loaded: less memory for each of them, and a quicker first answer where there are few cores.

``python -m kept.web.forking kept.web.wsgi:application …`` takes what granian takes. Where processes
are not forked, each of them loads for itself.
"""

from granian.cli import entrypoint

from kept.web.loaded import load

if __name__ == "__main__":
    load()
    entrypoint()
