"""`python -m interfaces.cli` is `loypa`."""

from interfaces.cli.main import main

main()
