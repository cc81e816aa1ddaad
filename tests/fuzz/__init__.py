"""Dumps of every feed made from its own declaration, spoiled in every way known, and read a second time by plain Python.

A feed that is added to the catalogue is fuzzed from then on. `make fuzz` does more of it than the tests do.
"""
