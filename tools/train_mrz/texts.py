"""What is printed on the strips and scenes of the training: characters without a language.

The net must read shapes and never guess from what stands beside: look-alikes (O and 0, I and 1, ...) are drawn by lot
everywhere, so that between letters a 0 is as likely as an O. A net that had learned otherwise read a forged digit in a
name as the letter.
"""

from typing import Any

import numpy as np
import torch

from mrz.net import ALPHABET

Tensor = Any
"""A torch tensor; torch is not there when the types are checked."""
BARE = len(ALPHABET)
"""The glyph of a place without a character."""
COLUMNS = 44
LOOKALIKES = ["0OQD", "1ILT", "8B", "5S", "2Z", "MNHW", "6GC", "UVY", "K<X", "PRF", "EF", "4A", "7T"]
PAIRS = ["0O", "1I", "8B", "5S", "2Z", "6G"]
_FILLER = ALPHABET.index("<")


def codes(count: int, device: str) -> Tensor:
    """`count` lines of 44, 36 or 30 characters: count x 44 indices into the alphabet, BARE after the end."""
    length = torch.tensor([44, 44, 36, 30], device=device)[torch.randint(0, 4, (count, 1), device=device)]
    place = torch.arange(COLUMNS, device=device)[None]
    drawn = torch.multinomial(_weights(count, device), COLUMNS, replacement=True)
    body = torch.randint(5, COLUMNS + 1, (count, 1), device=device)
    drawn = torch.where((place >= body) & (torch.rand(count, 1, device=device) < 0.45), _FILLER, drawn)
    digits = torch.randint(0, 10, (count, COLUMNS), device=device)
    ends = (place >= length - 2) & (torch.rand(count, 1, device=device) < 0.3)
    drawn = _lots(torch.where(ends, digits, drawn))
    return torch.where(place < length, drawn, BARE)


def _weights(count: int, device: str) -> Tensor:
    """How likely each character is on each line: letters with fillers, mostly digits, look-alikes, or any."""
    table = torch.ones(3 + len(LOOKALIKES), len(ALPHABET))
    table[0, :10] = 0
    table[0, _FILLER] = 3
    table[1, :10] += 3
    for row, group in enumerate(LOOKALIKES, 3):
        table[row, [ALPHABET.index(character) for character in group]] += 12
    kinds = torch.tensor([0.25, 0.25, 0.2, *[0.3 / (len(LOOKALIKES) + 2)] * len(LOOKALIKES)])
    kinds[3] *= 3
    return table[torch.multinomial(kinds, count, replacement=True)].to(device)


def _lots(drawn: Tensor) -> Tensor:
    """Every character that has a look-alike of the other kind is drawn anew between the two."""
    other = torch.arange(len(ALPHABET), device=drawn.device)
    for pair in PAIRS:
        one, two = (ALPHABET.index(character) for character in pair)
        other[one], other[two] = two, one
    return torch.where(torch.rand(drawn.shape, device=drawn.device) < 0.5, other[drawn], drawn)


def text(rng: np.random.Generator, length: int) -> str:
    """One line for a scene."""
    letters = ALPHABET[10:36]
    pools = [letters + "<<<", ALPHABET[:10] * 3 + ALPHABET, ALPHABET]
    body = draw(rng, pools[int(rng.integers(len(pools)))], int(rng.integers(length // 4, length + 1)))
    tail = draw(rng, ALPHABET[:10], 2) if rng.random() < 0.3 else "<<"
    return (body + "<" * length)[: length - 2] + tail


def draw(rng: np.random.Generator, alphabet: str, count: int) -> str:
    return "".join(alphabet[i] for i in rng.integers(0, len(alphabet), count))
