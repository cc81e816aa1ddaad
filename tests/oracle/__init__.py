"""The marts against plain Python over the rows of the dumps: nothing of landing, feeds or models is used to work a figure out."""
