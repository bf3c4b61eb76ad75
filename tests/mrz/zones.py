"""Zones that the standard and public specimens print, each with its source."""

from datetime import date

from mrz.check_digit import check_digit

TODAY = date(2026, 11, 23)

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
MRVA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRVB = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
TD1_LONG = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
TD2_LONG = ("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8")
BEL_LONG = ("IDBEL600001795<0152<<<<<<<<<<<", "1301014F2311207BEL130101987398", "SPECIMEN<<SPECIMEN<<<<<<<<<<<<")
PRT_LONG = ("I<PRT000024759<ZZ72<<<<<<<<<<<", "8010100F2006017PRT<<<<<<<<<<<8", "CARLOS<MONTEIRO<<AMELIA<VANESS")
IDFRA = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")

SPECIMENS = {
    "9303-5 4.2.2": TD1,
    "9303-6 4.2.2": TD2,
    "9303-4 4.2.2": TD3,
    "9303-7 4.2.2": MRVA,
    "9303-7 5.2.2": MRVB,
    "9303-11 D.2 TD1": TD1_LONG,
    "9303-11 D.2 TD2": TD2_LONG,
    "PRADO BEL-BO-11005": BEL_LONG,
    "Portuguese specimen": PRT_LONG,
    "French specimen": IDFRA,
}


def passport(
    code: str = "P<",
    issuer: str = "UTO",
    name: str = "ERIKSSON<<ANNA<MARIA",
    number: str = "L898902C3",
    nationality: str = "UTO",
    birth: str = "740812",
    sex: str = "F",
    expiry: str = "320415",
    optional: str = "",
    optional_digit: str | None = None,
) -> tuple[str, str]:
    """A passport's lines with right check digits whatever is put in."""
    upper = (code + issuer.ljust(3, "<") + name).ljust(44, "<")
    number, optional = number.ljust(9, "<"), optional.ljust(14, "<")
    own = check_digit(optional) if optional_digit is None else optional_digit
    numbers = number + check_digit(number), birth + check_digit(birth), expiry + check_digit(expiry), optional + own
    composite = check_digit("".join(numbers))
    return upper, numbers[0] + nationality.ljust(3, "<") + numbers[1] + sex + numbers[2] + numbers[3] + composite


def recomposed(lines: tuple[str, ...], line: int, column: int, character: str) -> tuple[str, ...]:
    """The lines with one character replaced and nothing else."""
    changed = list(lines)
    changed[line] = lines[line][:column] + character + lines[line][column + 1 :]
    return tuple(changed)
