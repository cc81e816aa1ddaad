"""Writers of the vendors' dump formats, one module each, and the files underneath them.

Same content, same bytes: times inside archives are fixed. What the content is, is decided elsewhere.
"""
