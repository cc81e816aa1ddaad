"""The publication in an object store that the test starts, of each kind there is, and a network that can be cut."""
