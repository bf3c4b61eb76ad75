"""What the crossings of some hours say about the gates. Pure. Neutral as to nationality: none is known here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

Crossing = Mapping[str, Any]
PASSED = frozenset({"PASSED"})
ENDED_WELL = frozenset({"PASSED", "OFFICER_PASSED"})
ABANDONED = frozenset({"ABANDONED", "GRANTED_NOT_PASSED", "NO_TRANSACTION"})


def quantile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def statistics(crossings: Sequence[Crossing]) -> dict[str, Any]:
    good = [c for c in crossings if c["outcome"] in PASSED]
    totals = [c["total_ms"] for c in good]
    return {
        "crossings": len(crossings),
        "unaided": share(len(good), len(crossings)),
        "median_ms": quantile(totals, 0.5),
        "p95_ms": quantile(totals, 0.95),
        "outcomes": Counter(c["outcome"] for c in crossings).most_common(),
        "referrals": Counter(c["reason"] for c in crossings if c["outcome"] not in ENDED_WELL).most_common(),
        "abandoned": share(sum(c["outcome"] in ABANDONED for c in crossings), len(crossings)),
        "cleared_by_officer": sum(c["outcome"] == "OFFICER_PASSED" for c in crossings),
        "steps": step_times(good),
        "lanes": by_lane(crossings),
        "hours": by_hour(crossings),
    }


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def step_times(crossings: Iterable[Crossing]) -> list[dict[str, Any]]:
    """p50 and p95 of each step, in the steps' order."""
    found: dict[str, list[int]] = defaultdict(list)
    for crossing in crossings:
        for step in crossing["steps"]:
            found[step["name"]].append(step["ms"])
    return [
        {"step": name, "n": len(times), "median_ms": quantile(times, 0.5), "p95_ms": quantile(times, 0.95)}
        for name, times in found.items()
    ]


def by_lane(crossings: Iterable[Crossing]) -> list[dict[str, Any]]:
    lanes: dict[str, list[Crossing]] = defaultdict(list)
    for crossing in crossings:
        lanes[crossing["lane"]].append(crossing)
    return [
        {
            "lane": lane,
            "crossings": len(each),
            "unaided": share(sum(c["outcome"] in PASSED for c in each), len(each)),
            "median_ms": quantile([c["total_ms"] for c in each if c["outcome"] in PASSED], 0.5),
        }
        for lane, each in sorted(lanes.items())
    ]


def by_hour(crossings: Iterable[Crossing]) -> list[dict[str, Any]]:
    hours = Counter(datetime.fromisoformat(c["began_at"]).strftime("%Y-%m-%dT%H:00Z") for c in crossings)
    return [{"hour": hour, "crossings": n} for hour, n in sorted(hours.items())]


# --- the shift report: where time and travellers are lost ---------------------------------------------------


def ranked_steps(crossings: Sequence[Crossing]) -> list[dict[str, Any]]:
    """Each step by the time lost in it (beyond the median of the crossings that passed), and by referrals."""
    normal = {row["step"]: row["median_ms"] for row in step_times(c for c in crossings if c["outcome"] in PASSED)}
    lost_ms, ended, times = Counter[str](), Counter[str](), Counter[str]()
    for crossing in crossings:
        for step in crossing["steps"]:
            times[step["name"]] += 1
            if step["name"] in normal:
                lost_ms[step["name"]] += max(0, step["ms"] - normal[step["name"]])
        if crossing["outcome"] not in ENDED_WELL and crossing["steps"]:
            ended[crossing["steps"][-1]["name"]] += 1
    rows = [
        {
            "step": name,
            "n": times[name],
            "lost_ms": lost_ms[name],
            "referrals": ended[name],
            "normal_ms": normal.get(name),
        }
        for name in times
    ]
    return sorted(rows, key=lambda row: (-row["lost_ms"], -row["referrals"]))


def ranked_prompts(crossings: Sequence[Crossing]) -> list[dict[str, Any]]:
    """Each prompt by the time beyond its median, and by how many referred travellers saw it."""
    shown: dict[str, list[int]] = defaultdict(list)
    referred: Counter[str] = Counter()
    for crossing in crossings:
        for prompt, ms in crossing["prompts"].items():
            shown[prompt].append(ms)
            referred[prompt] += crossing["outcome"] not in ENDED_WELL
    rows = []
    for prompt, times in shown.items():
        middle = quantile(times, 0.5) or 0
        lost = sum(max(0, ms - middle) for ms in times)
        rows.append(
            {"prompt": prompt, "n": len(times), "lost_ms": lost, "referrals": referred[prompt], "normal_ms": middle}
        )
    return sorted(rows, key=lambda row: (-row["lost_ms"], -row["referrals"]))


def shift_report(crossings: Sequence[Crossing]) -> dict[str, Any]:
    return {
        **statistics(crossings),
        "ranked_steps": ranked_steps(crossings),
        "ranked_prompts": ranked_prompts(crossings),
    }
