"""From an archive to the lake: fetch and verify dumps, read their rows, keep the good, quarantine the bad. No Dagster."""
