"""``python -m kept.cli`` is ``kept``."""

from kept.cli.commands import main

main()
