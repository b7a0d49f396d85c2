"""``python -m trialwright`` is the command ``trialwright``."""

from trialwright.cli import main

main()
