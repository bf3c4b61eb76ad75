"""What a screen's server refuses with."""


class ServingFailed(Exception):
    """One sentence: what could not be served, and what to do about it."""
