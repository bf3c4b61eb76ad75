"""Two holders who may be one: names written another way, in another order, or mistyped. Pure.

What is found here is looked at by an officer. It never grants, and never refuses by itself. Names are keys as
register/model.py: name_key makes them, "SURNAME/GIVEN NAMES".
"""

import re

_FOLDS = (
    ("SCHTSCH", "SH"), ("SHCH", "SH"), ("TSCH", "C"), ("SCH", "S"), ("TCH", "C"), ("CH", "C"), ("SH", "S"), ("KH", "H"),
    ("ZH", "Z"), ("DJ", "J"), ("PH", "F"), ("TH", "T"), ("OU", "U"), ("OO", "U"), ("EE", "I"), ("AE", "A"),
    ("OE", "O"), ("UE", "U"), ("AA", "A"), ("SS", "S"), ("IJ", "I"), ("IE", "I"), ("QU", "K"), ("CK", "K"), ("W", "V"),
    ("Y", "I"), ("J", "I"), ("C", "K"), ("Q", "K"), ("Z", "S"),
)  # fmt: skip
"""One sound or letter written in several ways: ICAO 9303-3, section 6 (AE and A, OE and O, UE and U, SS), and usual
Latin spellings of Arabic and Cyrillic names. What is folded alike is only looked at: folding too much is safe."""
_LOOKALIKE = str.maketrans("OQIZSBG", "0012586")
"""Capital letters and the digits that they are taken for."""
ONE_SLIP_UP_TO = 7
"""Letters of a name; a longer one may have two."""
MIN_LETTERS = 5


def names_alike(one: str, other: str) -> str:
    """Why two different name keys may be one name: `name_order`, `transliteration`, `typing`; empty = they are two."""
    if one == other:
        return ""
    tokens, others = _tokens(one), _tokens(other)
    if sorted(tokens) == sorted(others):
        return "name_order"
    folded, folded_others = sorted(map(fold, tokens)), sorted(map(fold, others))
    if folded == folded_others:
        return "transliteration"
    if set(folded) < set(folded_others) or set(folded_others) < set(folded):
        return "name_part" if min(len(folded), len(folded_others)) > 1 else ""
    return "typing" if _mistyped("".join(folded), "".join(folded_others)) else ""


def birth_dates_alike(one: str, other: str) -> bool:
    """YYMMDD: one digit off, two neighbours swapped, or day and month exchanged; equal ones are not "alike"."""
    return one != other and (distance(one, other) == 1 or one[:2] + one[4:] + one[2:4] == other)


def numbers_alike(one: str, other: str) -> bool:
    """Document numbers with one slip of a key, or with a letter taken for a digit."""
    return one != other and (one.translate(_LOOKALIKE) == other.translate(_LOOKALIKE) or distance(one, other) == 1)


def fold(name: str) -> str:
    """The name without what its spelling varies in."""
    for written, plain in _FOLDS:
        name = name.replace(written, plain)
    return re.sub(r"(.)\1+", r"\1", name)


def distance(one: str, other: str) -> int:
    """How many letters were left out, put in, replaced or swapped with their neighbour (optimal string alignment)."""
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, opposite in enumerate(other, 1):
            cost = min(now[-1] + 1, last[column] + 1, last[column - 1] + (letter != opposite))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == opposite:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]


def _mistyped(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter < MIN_LETTERS or abs(len(one) - len(other)) > 2:
        return False
    return distance(one, other) <= (1 if shorter <= ONE_SLIP_UP_TO else 2)


def _tokens(key: str) -> list[str]:
    return key.replace("/", " ").split()
