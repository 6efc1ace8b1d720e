"""`python -m core.cli`, where the console script is not installed."""

from core.cli import main

main()
