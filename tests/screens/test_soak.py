"""Twenty lanes at five events a second each before one console page: neither page nor server grows."""

import pytest

from benchmarks.screens import lateness
from tests.screens.browsing import needs_chromium

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
TEN_MINUTES_SHARE = 0.25


@pytest.mark.timeout(900)
def test_page_and_server_keep_their_size(long_scale: float) -> None:
    seen = lateness(TEN_MINUTES_SHARE * long_scale)
    assert seen["events seen"] > 100
    assert seen["JS heap growth MB"] < 1.0
    assert seen["server memory growth MB"] < 5.0
