"""The publication as other clients read it, each by the command that the docs show."""
