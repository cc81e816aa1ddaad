"""Runs, backfills and readers on one home at once, and some of them killed: nobody meets the lock, nobody reads half a publication."""
