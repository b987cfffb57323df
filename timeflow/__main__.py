"""`python -m timeflow` is `timeflow`."""

from timeflow.cli import main

main()
