"""What can be read: the lake's datasets and, one module per source, the dumps that fill them. No Dagster, no I/O."""
