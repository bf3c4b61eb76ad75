"""Every check digit of a zone, verified where it stands. Nothing is assumed of the characters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mrz.check_digit import VALUES, check_digit
from mrz.layouts import FILLER, Check, Layout, cut
from mrz.model import CHECK_DIGIT_NAMES, CheckDigit, CheckResult, Span

COUNTS_THE_FILLER = frozenset({"PRT"})
"""Issuers whose digit over a long number counts the filler between its two parts, as Portuguese cards show. 9303-11 D.2
leaves it out; Belgian cards have been printed both ways. So either is read as right, for any issuer; the composite
covers the same characters.
"""


@dataclass(frozen=True, slots=True)
class LongNumber:
    """A document number that runs over into the optional data (9303-5 4.2.2 note j, 9303-6 4.2.2 note j)."""

    head: Span
    tail: Span
    digit: Span
    rest: Span
    """What the optional data has left, behind the filler that ends the number."""


def long_number(layout: Layout, lines: Sequence[str]) -> LongNumber | None:
    """The parts of a number that runs over; None where the number keeps to its field."""
    number, optional = layout.field("document_number"), layout.field("optional_data")
    check = layout.check("document_number")
    if not (layout.long_numbers and number and optional and check and cut(lines, check.at) == FILLER):
        return None
    line, start, stop = optional.span
    overflow = len(cut(lines, optional.span).split(FILLER, 1)[0])
    if overflow < 2 or FILLER in cut(lines, number.span):
        return None
    end = start + overflow
    return LongNumber(
        head=number.span,
        tail=Span(line, start, end - 1),
        digit=Span(line, end - 1, end),
        rest=Span(line, min(end + 1, stop), stop),
    )


def check_digits(layout: Layout, lines: Sequence[str]) -> Mapping[str, CheckDigit]:
    """A result for each of CHECK_DIGIT_NAMES. The lines must have the layout's lengths."""
    results = dict.fromkeys(CHECK_DIGIT_NAMES, CheckDigit(CheckResult.ABSENT))
    for check in layout.checks:
        results[check.name] = _verified(check, lines)
    long = long_number(layout, lines)
    if long:
        results["document_number"] = _verified_long(long, lines)
    return results


def _verified(check: Check, lines: Sequence[str]) -> CheckDigit:
    text = "".join(cut(lines, span) for span in check.covers)
    printed = cut(lines, check.at)
    if check.name == "optional_data" and printed == FILLER and not text.strip(FILLER):
        return CheckDigit(CheckResult.ABSENT, check.at, check.covers)
    return CheckDigit(_result(text, printed), check.at, check.covers)


def _verified_long(long: LongNumber, lines: Sequence[str]) -> CheckDigit:
    head, tail, printed = (cut(lines, span) for span in (long.head, long.tail, long.digit))
    results = {_result(head + joint + tail, printed) for joint in ("", FILLER)}
    result = CheckResult.PASS if CheckResult.PASS in results else CheckResult.FAIL
    return CheckDigit(result, long.digit, (long.head, long.tail))


def _result(text: str, printed: str) -> CheckResult:
    if not all(character in VALUES for character in text):
        return CheckResult.FAIL
    return CheckResult.PASS if check_digit(text) == printed else CheckResult.FAIL
