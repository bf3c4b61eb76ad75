"""How keeping records fails. Each is one sentence; none carries a fact's value."""


class JournalFailed(Exception):
    """What was to be recorded is NOT on the disk (full, read-only, locked, damaged): no door may open on it."""


class FactRefused(ValueError):
    """A fact that has no place in a journal: an image, an MRZ, a name. Our own mistake, not the device's."""
