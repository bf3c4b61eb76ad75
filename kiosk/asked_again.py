"""The image work of one crossing: when the process that does it dies, the next one is asked the same question, once.

Every question is pure (arrays in, numbers out), so a second asking loses nothing, doubles nothing and lowers no
threshold. It stays within the time of whoever asks; a second loss in one crossing ends it as a device's failure.
"""

from typing import Any

from kiosk.crossing import Crossing
from kiosk.measure import ImageWorkLost, Measure

MOST_LOST = 1


def asked_again(measure: Measure, tx: Crossing) -> Measure:
    async def ask(operation: str, *arguments: Any) -> Any:
        question = getattr(measure, operation)
        try:
            return await question(*arguments)
        except ImageWorkLost:
            tx.note("image_work_lost", work=operation)
            tx.image_work_lost += 1
            if tx.image_work_lost > MOST_LOST:
                raise
        return await question(*arguments)

    return Measure(ask)
