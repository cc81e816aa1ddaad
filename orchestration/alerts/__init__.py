"""Short messages to whoever looks after the warehouse: a run failed, a mart passed a threshold. No Dagster here."""
