"""The same models on a Spark cluster and on DuckDB, compared row by row; `make parity` runs it."""
