"""Stories of the library over real wires: Modbus RTU, serial lines, a streaming camera, image work in its own process.

The wires' clock is the wall's, and so are the lane's deadlines: on a computer that is busy with other tests a lane is
right to give up. So they run whole in ./check --long, and one by one with `egate scenario run FILE --wire`.
"""

from pathlib import Path

import pytest

from cli.scenario_commands import LIBRARY
from cli.scenario_library import checked, play_library
from simulators.scenario import scenario_files

FILES = [file for file in scenario_files(LIBRARY) if checked(file).scenario.wire]


@pytest.mark.long
@pytest.mark.wire
@pytest.mark.xdist_group("wall_clock")
@pytest.mark.alone
@pytest.mark.timeout(600)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_ends_over_wires_as_it_says(file: Path, long_scale: float) -> None:
    if long_scale < 1:
        pytest.skip("on the wall clock: ./check --long, or `egate scenario run --wire`")
    (result,) = play_library(file, wall=True, wire=True, seed=None)
    assert result.differences == ()
