"""How a machine readable zone is refused. The field is named, what stands in it never."""

from enum import Enum


class Fault(Enum):
    WRONG_LENGTH = "wrong_length"
    UNKNOWN_LAYOUT = "unknown_layout"
    CHARACTER_NOT_ALLOWED = "character_not_allowed"
    CHECK_DIGIT_FAILS = "check_digit_fails"
    IMPOSSIBLE_DATE = "impossible_date"
    UNKNOWN_CODE = "unknown_code"
    TOO_LONG = "too_long"
    """Only when writing: the value does not fit the field."""


class MrzRejected(ValueError):
    """A zone, or a field to be written, that breaks the rules. `str()` is one sentence beginning with the field."""

    def __init__(self, field: str, sentence: str, fault: Fault) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.sentence = sentence
        self.fault = fault
