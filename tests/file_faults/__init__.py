"""Each fault before and after each request of each change of a file: the old content is always to be had.

`make faults` prints the table; the suite runs a part of it.
"""
