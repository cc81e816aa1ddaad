"""Dumps in, recaps out: feeds, landing, warehouse and the Dagster assets that wire them."""
