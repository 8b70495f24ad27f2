"""Each fault before and after each request of each change of a file: the old content can always be restored.

`make faults` prints the table; the suite runs a part of it.
"""
