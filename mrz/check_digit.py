"""The check digit of 9303-3 4.9: weights 7, 3, 1; digits as they are, A = 10 to Z = 35, filler 0; modulo 10."""

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
VALUES = {character: index % 36 for index, character in enumerate(CHARACTERS)}
WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> str:
    """The digit for `text`. Raises KeyError for a character that no zone has."""
    return str(sum(VALUES[character] * WEIGHTS[index % 3] for index, character in enumerate(text)) % 10)
