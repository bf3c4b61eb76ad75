"""Do the scores change: from lane to lane, or from last month to this one? Numbers only, no images.

Each group's share of non-matches is held against all others together, and its newest half against its older half (two
proportions, normal approximation). A camera that ages, a lamp that fails and a group of travellers that the matcher
serves worse all look like this first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

BIN = 0.05
LOWEST = -1.0
FEWEST = 30
"""Comparisons on either side below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One comparison of the journal, in the journal's order."""

    group: str
    score: float
    threshold: float

    @property
    def missed(self) -> bool:
        return self.score < self.threshold


@dataclass(frozen=True, slots=True)
class GroupReport:
    group: str
    comparisons: int
    non_match_rate: float
    """Impostors are in it too: a journal cannot tell them from genuine travellers who were not recognised."""
    median_score: float
    histogram: tuple[tuple[float, int], ...]
    """Lower edge of each bin that is not empty, and how many scores lie in it."""
    against_others: float | None
    """Standard errors that the non-match rate lies above all others'; None = too few to say."""
    against_earlier: float | None
    """The same of its newest half above its older half."""

    def alarms(self, limit: float) -> bool:
        return any(value is not None and value >= limit for value in (self.against_others, self.against_earlier))


def drift(scored: Iterable[Scored]) -> tuple[GroupReport, ...]:
    """One report a group, in the order of their names."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for each in scored:
        groups[each.group].append(each)
    return tuple(_report(name, groups) for name in sorted(groups))


def _report(name: str, groups: dict[str, list[Scored]]) -> GroupReport:
    own = groups[name]
    others = [each for group, members in groups.items() if group != name for each in members]
    older, newer = own[: len(own) // 2], own[len(own) // 2 :]
    return GroupReport(
        group=name,
        comparisons=len(own),
        non_match_rate=sum(each.missed for each in own) / len(own),
        median_score=median(each.score for each in own),
        histogram=_histogram(own),
        against_others=_errors_above(own, others),
        against_earlier=_errors_above(newer, older),
    )


def _histogram(scored: Sequence[Scored]) -> tuple[tuple[float, int], ...]:
    counts: dict[int, int] = defaultdict(int)
    for each in scored:
        counts[int((each.score - LOWEST) / BIN)] += 1
    return tuple((round(LOWEST + BIN * number, 4), counts[number]) for number in sorted(counts))


def _errors_above(these: Sequence[Scored], those: Sequence[Scored]) -> float | None:
    """How many standard errors the non-match rate of `these` lies above that of `those`."""
    if min(len(these), len(those)) < FEWEST:
        return None
    missed, missed_there = sum(each.missed for each in these), sum(each.missed for each in those)
    share = (missed + missed_there) / (len(these) + len(those))
    error = sqrt(share * (1 - share) * (1 / len(these) + 1 / len(those)))
    return (missed / len(these) - missed_there / len(those)) / error if error else 0.0
