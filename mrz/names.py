"""A name into its field: fillers between components, `<<` between the identifiers, truncated as 9303-4 4.2.3 shows.

Of the ways that the standard leaves to the issuer these are used: the secondary identifier is cut off at the end of the
field (4.2.3.2 b); a primary identifier that leaves it no room has its last components cut to initials (4.2.3.3 a).
A truncated name always ends with a letter in the last position.
"""

from mrz.layouts import FILLER

SEPARATOR = FILLER * 2


def name_field(surname: str, given_names: str, columns: int) -> str:
    """The field of `columns` characters for names of A-Z and spaces."""
    primary, secondary = surname.split(), given_names.split()
    whole = _joined(primary, secondary)
    if len(whole) <= columns:
        return whole.ljust(columns, FILLER)
    room = _with_room(primary, columns - 3) if secondary else primary
    return _cut_to_a_letter(_grown(room, primary, secondary, columns), secondary, columns)


def _joined(primary: list[str], secondary: list[str]) -> str:
    surname = FILLER.join(primary)
    return SEPARATOR.join([surname, FILLER.join(secondary)]) if secondary else surname


def _with_room(primary: list[str], columns: int) -> list[str]:
    """The components in at most `columns` characters: the last ones become initials, then the first is cut."""
    shortened = list(primary)
    for index in range(len(shortened) - 1, 0, -1):
        if len(FILLER.join(shortened)) <= columns:
            return shortened
        shortened[index] = shortened[index][0]
    return [part for part in FILLER.join(shortened)[:columns].split(FILLER) if part]


def _grown(short: list[str], whole: list[str], secondary: list[str], columns: int) -> list[str]:
    """The shortened components get back what the secondary identifier leaves free, the first one first."""
    grown = list(short)
    for index, part in enumerate(whole[: len(short)]):
        free = max(0, columns - len(_joined(grown, secondary)))
        grown[index] = part[: len(grown[index]) + free]
    return grown


def _cut_to_a_letter(primary: list[str], secondary: list[str], columns: int) -> str:
    """Cut at the end; where a filler would come last, the longest component gives up a letter for the next one's."""
    primary, secondary = list(primary), list(secondary)
    while (text := _joined(primary, secondary)[:columns]).endswith(FILLER):
        shown = next((parts for parts in (secondary, primary) if max(map(len, parts), default=0) > 1), None)
        if shown is None:
            break
        longest = max(range(len(shown)), key=lambda index: len(shown[index]))
        shown[longest] = shown[longest][:-1]
    return text.ljust(columns, FILLER)
