"""`python -m tests.faults`: print the table; an argument chooses the stories that have it in their name."""

import sys

from tests.faults.table import table

if __name__ == "__main__":
    sys.exit(min(1, table(*sys.argv[1:2])))
