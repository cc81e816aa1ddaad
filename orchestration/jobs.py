"""What the jobs are called, for those who tell runs apart without loading what the jobs do."""

DAILY_JOB, LAND_JOB = "daily", "land"
LANDED = ("dumps", "lake")
"""The groups of assets that any host can make where the lake is shared; all others come of the warehouse's one file."""
