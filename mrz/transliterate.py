"""Names between scripts and the zone's A-Z (9303-3 4.6 and section 6).

Into the zone one spelling is chosen (`to_zone`), or all that the standard allows an issuer (`spellings`). Back out of
it only Arabic script can be told with some certainty (`arabic_of`); for the rest `may_be` says whether a name as a
person writes it and one as a zone prints it can be the same.
"""

import itertools
import unicodedata
from collections.abc import Iterator

LATIN = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ø": ("OE",),
    "Ü": ("UE", "UXX", "U"),
    "Þ": ("TH",),
    "Đ": ("D",),
    "Ħ": ("H",),
    "Ĳ": ("IJ",),
    "ĸ": ("K",),
    "Ŀ": ("L",),
    "Ł": ("L",),
    "Ŋ": ("N",),
    "Œ": ("OE",),
    "Ŧ": ("T",),
    "ẞ": ("SS",),
    "Ə": ("E",),
}
"""Section 6 A, first choice first. Letters that lose no more than an accent are not listed."""

CYRILLIC = {
    "Ё": ("E", "IO"),
    "Ђ": ("D",),
    "Ѓ": ("G", "GJ"),
    "Є": ("IE", "YE"),
    "Ѕ": ("DZ",),
    "І": ("I",),
    "Ї": ("I", "YI"),
    "Ј": ("J",),
    "Љ": ("LJ",),
    "Њ": ("NJ",),
    "Ћ": ("C",),
    "Ќ": ("K", "KJ"),
    "Ў": ("U",),
    "Џ": ("DZ", "DJ"),
    "А": ("A",),
    "Б": ("B",),
    "В": ("V",),
    "Г": ("G", "H"),
    "Д": ("D",),
    "Е": ("E",),
    "Ж": ("ZH", "Z"),
    "З": ("Z",),
    "И": ("I", "Y"),
    "Й": ("I", "Y"),
    "К": ("K",),
    "Л": ("L",),
    "М": ("M",),
    "Н": ("N",),
    "О": ("O",),
    "П": ("P",),
    "Р": ("R",),
    "С": ("S",),
    "Т": ("T",),
    "У": ("U",),
    "Ф": ("F",),
    "Х": ("KH", "H"),
    "Ц": ("TS", "C"),
    "Ч": ("CH", "C"),
    "Ш": ("SH", "S"),
    "Щ": ("SHCH", "SHT"),
    "Ъ": ("IE",),
    "Ы": ("Y",),
    "Ь": ("",),
    "Э": ("E",),
    "Ю": ("IU", "YU"),
    "Я": ("IA", "YA"),
    "Ѫ": ("U",),
    "Ѵ": ("Y",),
    "Ґ": ("G",),
    "Ғ": ("G", "GJ"),
    "Һ": ("C",),
}
"""Section 6 B; later choices are those of single languages."""

TEH_MARBUTA = "\u0629"
SHADDA = "\u0651"
TATWEEL = "\u0640"
"""Lengthens the line; like the vowel signs it is not encoded."""
ARABIC = {
    "\u0621": "XE",
    "\u0622": "XAA",
    "\u0623": "XAE",
    "\u0624": "U",
    "\u0625": "I",
    "\u0626": "XI",
    "\u0627": "A",
    "\u0628": "B",
    TEH_MARBUTA: "XTA",
    "\u062a": "T",
    "\u062b": "XTH",
    "\u062c": "J",
    "\u062d": "XH",
    "\u062e": "XKH",
    "\u062f": "D",
    "\u0630": "XDH",
    "\u0631": "R",
    "\u0632": "Z",
    "\u0633": "S",
    "\u0634": "XSH",
    "\u0635": "XSS",
    "\u0636": "XDZ",
    "\u0637": "XTT",
    "\u0638": "XZZ",
    "\u0639": "E",
    "\u063a": "G",
    "\u0641": "F",
    "\u0642": "Q",
    "\u0643": "K",
    "\u0644": "L",
    "\u0645": "M",
    "\u0646": "N",
    "\u0647": "H",
    "\u0648": "W",
    "\u0649": "XAY",
    "\u064a": "Y",
    "\u0671": "XXA",
    "\u0679": "XXT",
    "\u067c": "XRT",
    "\u067e": "P",
    "\u0681": "XKE",
    "\u0685": "XXH",
    "\u0686": "XC",
    "\u0688": "XXD",
    "\u0689": "XDR",
    "\u0691": "XXR",
    "\u0693": "XRR",
    "\u0696": "XRX",
    "\u0698": "XJ",
    "\u069a": "XXS",
    "\u06a9": "XKK",
    "\u06ab": "XXK",
    "\u06ad": "XNG",
    "\u06af": "XGG",
    "\u06ba": "XNN",
    "\u06bc": "XXN",
    "\u06be": "XDO",
    "\u06c0": "XYH",
    "\u06c1": "XXG",
    "\u06c2": "XGE",
    "\u06c3": "XTG",
    "\u06cc": "XYA",
    "\u06cd": "XXY",
    "\u06d0": "Y",
    "\u06d2": "XYB",
    "\u06d3": "XBE",
}
"""Section 6 C. Vowel signs are not encoded; shadda doubles the letter before it."""

_SEPARATORS = frozenset(" -,\u2010\u2011\u2013")
_FROM_ZONE = {code: letter for letter, code in reversed(ARABIC.items())} | {"XAH": TEH_MARBUTA}
MOST_SPELLINGS = 4096


def to_zone(name: str) -> str:
    """Words of A-Z with single spaces: the first choice of the standard for each letter.

    Raises ValueError, without the name, where a script has no table or a digit stands in it.
    """
    return _words("".join(choices[0] for choices in _choices(name)))


def spellings(name: str) -> frozenset[str]:
    """Every spelling that the standard allows for a name. Raises ValueError as `to_zone`, or when they are too many."""
    choices = list(_choices(name))
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MOST_SPELLINGS:
        raise ValueError("name: has too many spellings; compare its parts one by one")
    return frozenset(_words("".join(spelling)) for spelling in itertools.product(*choices))


def may_be(name: str, printed: str) -> bool:
    """Whether `printed`, words of A-Z as a zone has them, is one of the spellings of each word of `name`."""
    words, shown = _plain_words(name), printed.split()
    return len(words) == len(shown) and all(spelt in spellings(word) for word, spelt in zip(words, shown, strict=True))


def arabic_of(printed: str) -> str:
    """Arabic letters of a transliterated name, vowel signs and shadda lost. Raises ValueError where none fits."""
    letters, rest = [], printed
    while rest:
        code = rest[0] if rest[0] != "X" else next((rest[:n] for n in (3, 2) if rest[:n] in _FROM_ZONE), "")
        if rest[0] == " ":
            letters.append(" ")
        elif code in _FROM_ZONE:
            letters.append(_FROM_ZONE[code])
        else:
            raise ValueError("name: is not transliterated from Arabic script")
        rest = rest[max(1, len(code)) :]
    return "".join(letters)


def _choices(name: str) -> Iterator[tuple[str, ...]]:
    text = unicodedata.normalize("NFC", name).upper()
    previous: tuple[str, ...] = ("",)
    for index, letter in enumerate(text):
        if letter == SHADDA:
            yield _doubled(previous)
        elif unicodedata.combining(letter) == 0 and letter != TATWEEL:
            previous = _of_letter(letter, text[index + 1 : index + 2])
            yield previous


def _doubled(choice: tuple[str, ...]) -> tuple[str, ...]:
    """FXDZDZXAH in the standard's example: the X that leads a code is not repeated."""
    return tuple(code.removeprefix("X") if len(code) > 1 else code for code in choice)


def _of_letter(letter: str, following: str) -> tuple[str, ...]:
    if letter == TEH_MARBUTA:
        return ("XTA",) if following.isalpha() else ("XAH",)
    if letter in ARABIC:
        return (ARABIC[letter],)
    if letter in _SEPARATORS:
        return (" ",)
    return LATIN.get(letter) or CYRILLIC.get(letter) or (_without_accent(letter),)


def _without_accent(letter: str) -> str:
    """A-Z, or nothing for punctuation and marks."""
    base = unicodedata.normalize("NFD", letter)[0]
    if base.isascii() and base.isalpha():
        return base
    if base.isalnum():
        raise ValueError("name: has a character that no table of 9303-3 section 6 lists; spell it in Latin letters")
    return ""


def _words(text: str) -> str:
    return " ".join(text.split())


def _plain_words(name: str) -> list[str]:
    return "".join(" " if letter in _SEPARATORS else letter for letter in name).split()
