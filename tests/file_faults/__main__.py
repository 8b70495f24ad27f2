"""`python -m tests.file_faults [PART]`: print the table of the stories that have PART in their name."""

import sys

from tests.file_faults.table import table

if __name__ == "__main__":
    sys.exit(min(1, table(*sys.argv[1:2])))
