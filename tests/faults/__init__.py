"""Faults done to a night on purpose: after each the next run completes, and ends where an undisturbed one would have."""
