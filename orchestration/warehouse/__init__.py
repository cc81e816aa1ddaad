"""The warehouse: what of the lake dbt gets to see, the build itself, and the copy that readers get. No Dagster here."""
