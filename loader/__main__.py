"""Lets `python -m loader` run the command line."""

import sys

from loader.cli import main

if __name__ == "__main__":
    sys.exit(main())
