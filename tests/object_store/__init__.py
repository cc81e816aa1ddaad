"""The publication in an object store that the test starts: a real S3 server on loopback, and a network that can be cut."""
