"""What can go wrong on the way into the lake, in words a user can act on."""


class LandingError(Exception):
    """A dump could not be fetched or read; the message names file and reason."""


class FetchError(LandingError):
    """Some files of a day could not be fetched; the others are in place."""


class UnreadableDump(LandingError):
    """A file is not what its name says: no rows can be taken from it."""
