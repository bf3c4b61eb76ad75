"""The image reader: a picture of a document -> what its machine readable zone says, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.advice import leaves, reason_for
from mrz.grid import ReadLine, read_again, read_lines, read_neighbours
from mrz.grouping import WIDEST, beside, best_group, lacks_a_line, legibility
from mrz.judge import judge
from mrz.locate import WORKING_SIDES_PX, FoundLine, Zone, find_lines, find_zones
from mrz.model import MrzRead, Quadrilateral, RescanReason, Verdict
from mrz.net import Grey, LineNets, PageNet

_SMALLEST_SIDE_PX = 24
_LEAST_LEGIBLE = 0.55
"""What reads worse is no zone, or none that a second look could mend."""
_SURE_AT_ONCE = 0.85
"""A read with a less sure character is looked at again, also when it would be accepted: the average decides."""
_GOES_ON = 0.5
"""Where a line is this surely printed beyond its ends, it may be part of a longer layout: an MRV-A whose fillers have
faded reads as a whole MRV-B."""
_READS_WELL = 0.97
"""Legibility of lines that need not be tried upside down: fillers on their heads pass for fives, at up to 0.94."""
_READS_AS_ANOTHER = 0.9
"""Legibility of further lines beside those that were read, from which on they are another document's."""
_LONGEST_CAPITALS = 64
"""Of a found line: 44 characters are 52 at most. What is longer runs over two documents."""
_RANK = (Verdict.RESCAN, Verdict.REFER, Verdict.ACCEPT)


@dataclass(frozen=True, slots=True)
class _Found:
    """One zone that was read."""

    read: MrzRead
    zone: Zone
    lines: tuple[ReadLine, ...]
    is_alone: bool
    """No lines of another document read well beside it."""


class Stopwatch:
    """Adds up milliseconds for each stage by a timer that it is handed (in seconds); without one all stay 0.0."""

    def __init__(self, timer: Callable[[], float] | None) -> None:
        self._timer = timer
        self._last = self._now()
        self.ms = {"grey": 0.0, "zones": 0.0, "lines": 0.0, "read": 0.0, "judge": 0.0, "again": 0.0}

    def lap(self, stage: str) -> None:
        now = self._now()
        self.ms[stage] += (now - self._last) * 1000
        self._last = now

    def _now(self) -> float:
        return self._timer() if self._timer else 0.0


class MrzReader:
    """Loads its nets once; `read` keeps nothing between calls."""

    def __init__(self, timer: Callable[[], float] | None = None) -> None:
        self._pages, self._lines, self._timer = PageNet(), LineNets(), timer

    def read(self, image: NDArray[np.uint8], today: date) -> MrzRead:
        """Read a grey, blue-green-red or blue-green-red-alpha picture. Never raises, whatever the array holds."""
        watch = Stopwatch(self._timer)
        grey = as_grey(image)
        watch.lap("grey")
        if grey is None:
            return MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ, ms=watch.ms)
        found: list[_Found] = []
        zones: list[Zone] = []
        for side_px in WORKING_SIDES_PX:
            zones, is_all = find_zones(grey, self._pages, side_px)
            watch.lap("zones")
            found += [one for zone in zones for one in self._read_zone(grey, zone, today, watch)]
            if is_all and any(one.read.verdict is not Verdict.RESCAN for one in found):
                break
        if found:
            return self._answer(found, grey, watch)
        reason = reason_for(grey, zones[0] if zones else None, ())
        return MrzRead(verdict=Verdict.RESCAN, reason=reason, ms=watch.ms)

    def _read_zone(self, grey: Grey, zone: Zone, today: date, watch: Stopwatch) -> list[_Found]:
        """One read, or none; also the other way up unless the first way reads plainly."""
        ways = []
        for way in (zone, zone.turned()):
            lines = find_lines(way, self._pages)
            watch.lap("lines")
            group, is_alone = self._group(way, lines)
            watch.lap("read")
            ways.append((legibility(group), way, group, is_alone))
            if legibility(group) > _READS_WELL:
                break
        legible, way, group, is_alone = max(ways, key=lambda one: one[0])
        if legible < _LEAST_LEGIBLE:
            return []
        read = judge([line.row for line in group], today)
        watch.lap("judge")
        said = read.lines
        if read.confidence < _SURE_AT_ONCE or _may_be_part(group):
            read, group = self._look_again(way, group, today)
            watch.lap("again")
        if not is_alone or read.lines != said or _may_be_part(group) or _may_be_cut_off(grey, way, group):
            read = replace(read, verdict=Verdict.RESCAN, reason=RescanReason.UNSURE)
        return [_Found(replace(read, quadrilateral=_corners(way, group)), way, group, is_alone)]

    def _group(self, zone: Zone, lines: Sequence[FoundLine]) -> tuple[tuple[ReadLine, ...], bool]:
        """The lines that make up a zone, also where the locator saw only one of them; and that no others read well."""
        read = read_lines(zone, lines, self._lines)
        group = best_group(read)
        if lacks_a_line(read, group):
            read = read_neighbours(zone, read, self._lines) or read
            group = best_group(read)
        are_whole = all(line.right - line.left < _LONGEST_CAPITALS * line.capital_px for line in lines)
        return group, are_whole and legibility(best_group(beside(read, group))) < _READS_AS_ANOTHER

    def _look_again(self, zone: Zone, group: tuple[ReadLine, ...], today: date) -> tuple[MrzRead, tuple[ReadLine, ...]]:
        """The same lines in several cuts, averaged: what one cut shows badly another may show well.

        Where the average says something else than the first look, nothing is settled: four cuts of one blurred print
        may share a fault that the first did not have (an L was read as a C by 0.90 so).
        """
        again = best_group(read_again(zone, group, self._lines)) or group
        return judge([line.row for line in again], today), again

    def _answer(self, found: Sequence[_Found], grey: Grey, watch: Stopwatch) -> MrzRead:
        """The surest zone; two documents that both read well are nobody's document."""
        best = max(found, key=lambda one: _worth(one.read))
        read = best.read
        others = [one.read for one in found if one is not best and one.read.verdict is not Verdict.RESCAN]
        is_alone = all(one.is_alone for one in found)
        if read.verdict is Verdict.ACCEPT and not (is_alone and all(other.lines == read.lines for other in others)):
            read = replace(read, verdict=Verdict.RESCAN, reason=RescanReason.UNSURE)
        elif read.verdict is Verdict.RESCAN:
            read = replace(read, reason=reason_for(grey, best.zone, best.lines))
        return replace(read, ms=watch.ms)


def _worth(read: MrzRead) -> tuple[int, bool, float]:
    """How much a read says: its verdict, then whether it meets every rule, then how sure its doubtful character is."""
    return _RANK.index(read.verdict), read.constrained == read.lines, read.confidence


def _may_be_part(group: Sequence[ReadLine]) -> bool:
    """Whether the lines go on, and there is a layout of as many lines that they would then be part of."""
    return not _is_widest(group) and any(line.goes_on > _GOES_ON for line in group)


def _may_be_cut_off(grey: Grey, zone: Zone, group: Sequence[ReadLine]) -> bool:
    """The same where the picture ends with the lines, so that nobody sees whether they go on."""
    return not _is_widest(group) and leaves(grey, zone, group)


def _is_widest(group: Sequence[ReadLine]) -> bool:
    return group[0].columns == WIDEST[len(group)]


def as_grey(image: NDArray[np.uint8]) -> Grey | None:
    """One plane of bytes; None when the array is no picture or too small for one."""
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or min(image.shape[:2]) < _SMALLEST_SIDE_PX:
        return None
    if image.ndim == 2:
        return np.ascontiguousarray(image)
    channels = image.shape[2]
    if channels == 1:
        return np.ascontiguousarray(image[..., 0])
    code = {3: cv2.COLOR_BGR2GRAY, 4: cv2.COLOR_BGRA2GRAY}.get(channels)
    return None if code is None else np.asarray(cv2.cvtColor(np.ascontiguousarray(image), code), np.uint8)


def _corners(zone: Zone, lines: Sequence[ReadLine]) -> Quadrilateral:
    """Around the first and the last line, in the page's pixels."""
    top, bottom = lines[0], lines[-1]
    corners = [
        _edge(top, top.left, -0.7), _edge(top, top.right, -0.7),
        _edge(bottom, bottom.right, 0.7), _edge(bottom, bottom.left, 0.7),
    ]  # fmt: skip
    page = np.column_stack([np.array(corners), np.ones(4)]) @ zone.to_page.T
    first, second, third, fourth = ((float(x), float(y)) for x, y in page)
    return first, second, third, fourth


def _edge(line: ReadLine, x: float, capitals: float) -> tuple[float, float]:
    at = np.array(x)
    return x, float(line.found.middle(at) + capitals * line.found.capital(at))
