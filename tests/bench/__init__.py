"""Benchmarks: ratios to the bare work, measured in one run on one machine. Never part of the tests."""
