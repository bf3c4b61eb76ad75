"""When a record from the gate's own copy is enough: confirmed seconds ago, or where the site said so before."""

from datetime import UTC, datetime, timedelta

import pytest

from config.schema import Policy
from kiosk.policy import copied
from kiosk.reasons import Reason
from link.travel import TravelRecord, TravelState

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
APPROVED = Policy(grants_offline=True, copy_max_age_s=3600.0)


@pytest.mark.parametrize(
    ("policy", "age_s", "reason"),
    [
        (Policy(), None, None),
        (Policy(), 60.0, None),
        (Policy(), 61.0, Reason.REGISTER_UNREACHABLE),
        (APPROVED, 3600.0, None),
        (APPROVED, 3601.0, Reason.REGISTER_UNREACHABLE),
    ],
)
def test_a_copy_is_enough_within_the_limits_of_the_site(
    policy: Policy, age_s: float | None, reason: Reason | None
) -> None:
    copied_at = None if age_s is None else NOW - timedelta(seconds=age_s)
    assert copied(TravelRecord("t1", TravelState.VALID, NOW, copied_at=copied_at), policy) is reason
