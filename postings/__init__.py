"""The pure core: what a posting is, how one is read from bytes, and every decision about one.

Values in, values out: no I/O, no clock, no chance, no SQL. Time and jitter are arguments.
"""
