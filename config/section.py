"""What every section of a site file has in common."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """Frozen; an unknown key is an error, and so is a text where a number belongs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def broken_rule(at: str, sentence: str) -> PydanticCustomError:
    """What a validator raises when keys do not go together: `at` is the dotted key whose line is shown."""
    return PydanticCustomError("rule", "{sentence}", {"at": at, "sentence": sentence})
