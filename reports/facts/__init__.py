"""Facts: every number that a recap may print, with where it came from."""

from reports.facts.gather import NoDataError, gather
from reports.facts.model import DumpFile, Fact, FactStore

__all__ = ["DumpFile", "Fact", "FactStore", "NoDataError", "gather"]
