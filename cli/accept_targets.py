"""The numeric targets N1-N31 of the field notes: each with what a commissioning run saw, or why it saw nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.lane import percentile
from cli.accept_run import IMAGE_MARKS, SOAK_EVENTS, WALKS, Seen
from config.schema import Site
from records.model import Entry
from records.track import KIND as TRACK
from records.track import Sign, unpacked
from simulators.walks import OBJECTS, TWO


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passed` is None where the run cannot tell."""

    number: str
    what: str
    wanted: str
    seen: str
    passed: bool | None

    @property
    def word(self) -> str:
        return "not measured" if self.passed is None else "pass" if self.passed else "fail"


def shut_in_s(entries: Iterable[Entry]) -> float:
    """The longest that somebody was counted between two locked doors, of one crossing's track."""
    samples = unpacked(str(entry.fact("samples")) for entry in entries if entry.kind == TRACK)
    longest_ms, since_ms = 0, None
    for sample in samples:
        shut = bool(sample.persons) and not sample.signs & (Sign.ENTRY_OFF | Sign.EXIT_OFF)
        if shut and since_ms is None:
            since_ms = sample.at_ms
        elif not shut and since_ms is not None:
            longest_ms, since_ms = max(longest_ms, sample.at_ms - since_ms), None
    return longest_ms / 1000


def verdicts(site: Site, seen: Seen) -> list[Verdict]:
    """All of N1 to N31, in order."""
    return [_verdict(number, row, site, seen) for number, row in ROWS.items()]


Measured = Callable[[Site, Seen], tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    wanted: str
    measured: Measured | None = None
    why_not: str = ""


def _verdict(number: str, row: Row, site: Site, seen: Seen) -> Verdict:
    if row.measured is None:
        return Verdict(number, row.what, row.wanted, row.why_not, None)
    told, passed = row.measured(site, seen)
    return Verdict(number, row.what, row.wanted, told, passed)


# --- the figures ---


def _total(_site: Site, seen: Seen) -> tuple[str, bool]:
    totals = [float(each.to_json()["total_ms"]) / 1000 for each in seen.genuine]
    middle, late = median(totals), percentile(totals, 95)
    longest = max(float(each.to_json()["total_ms"]) / 1000 for each in seen.travellers)
    told = f"median {middle:.1f} s, p95 {late:.1f} s, longest {longest:.1f} s of {len(seen.travellers)}"
    return told, middle <= 15 and late <= 25 and longest <= 60


def _image_p95(seen: Seen, *names: str) -> float:
    values = [ms for name in names for ms in seen.image_ms.get(name, [])]
    return percentile(values, 95) if values else float("inf")


def _page(_site: Site, seen: Seen) -> tuple[str, bool]:
    late = _image_p95(seen, "read page")
    return f"p95 {late:.0f} ms of {len(seen.image_ms.get('read page', []))}, this computer", late <= 500


def _decision(_site: Site, seen: Seen) -> tuple[str, bool]:
    late = sum(_image_p95(seen, name) for name in ("examine frame", "compare", "assess attack", "compare page"))
    return f"sum of p95 {late:.0f} ms, this computer", late <= 1000


def _register(site: Site, seen: Seen) -> tuple[str, bool]:
    first = seen.outage.crossings[0] if seen.outage and seen.outage.crossings else None
    if first is None:
        return "the outage ended no crossing", False
    told = f"silent: {first.outcome} {first.reason} after {first.took_s:.1f} s; limit {site.limits.register_s:g} s"
    return told, first.reason == "register_unreachable" and site.limits.register_s <= 3.0


def _acquired(_site: Site, seen: Seen) -> tuple[str, bool]:
    face_ms = [each.to_json()["steps_ms"].get("face", 1e9) for each in seen.genuine]
    quick = sum(ms <= 5000 for ms in face_ms) / len(face_ms)
    return f"{quick:.0%} of {len(face_ms)} in 5 s", quick >= 0.98


def _operating_point(site: Site, _seen: Seen) -> tuple[str, bool]:
    return f"threshold for FMR {site.policy.target_fmr:g} (docs/biometrics.md)", site.policy.target_fmr <= 5e-4


def _cleared(_site: Site, seen: Seen) -> tuple[str, bool]:
    passed = sum(each.record.outcome == "PASSED" for each in seen.genuine)
    return f"{passed} of {len(seen.genuine)} eligible", passed >= 0.95 * len(seen.genuine)


def _parties(_site: Site, seen: Seen) -> tuple[str, bool]:
    told = f"{len(TWO) - len(seen.parties_missed)} of {len(TWO)} parties; {seen.walks_alarmed} false of {WALKS} single"
    return told, not seen.parties_missed and seen.walks_alarmed <= 0.005 * WALKS


def _objects(_site: Site, seen: Seen) -> tuple[str, bool]:
    return f"{len(OBJECTS) - len(seen.objects_missed)} of {len(OBJECTS)}", not seen.objects_missed


def _fire(_site: Site, seen: Seen) -> tuple[str, bool]:
    commanded = float(str(seen.alarms["doors_commanded_worst_ms"]))
    knows = float(str(seen.alarms["program_knows_worst_ms"]))
    told = f"commanded {commanded:g} ms, known {knows:g} ms, in {seen.alarms['states']} states (50 Hz)"
    return told, commanded <= 100 and knows <= 50


def _soak(_site: Site, seen: Seen) -> tuple[str, bool]:
    return f"0 in {seen.soaked:,} (10 million: `egate bench soak`)", seen.soaked == SOAK_EVENTS


def _shut_in(_site: Site, seen: Seen) -> tuple[str, bool]:
    records = [each.record.entries for each in seen.travellers]
    records += [each.entries for each in (seen.outage.crossings if seen.outage else ())]
    longest = max(shut_in_s(entries) for entries in records)
    return f"longest {longest:.1f} s of {len(records)} crossings", longest <= 60


def _throughput(_site: Site, seen: Seen) -> tuple[str, bool]:
    hourly = 3600 * len(seen.travellers) / seen.lane_s
    referred = 1 - sum(each.record.outcome == "PASSED" for each in seen.travellers) / len(seen.travellers)
    good = 3600 / median(float(each.to_json()["total_ms"]) / 1000 for each in seen.genuine)
    return f"{good:.0f} an hour by the genuine; {hourly:.0f} of a mix with {referred:.0%} referred", good >= 200


def _records(_site: Site, seen: Seen) -> tuple[str, bool]:
    lost, doubled = (sum(getattr(each, name) for each in seen.restarts) for name in ("lost", "doubled"))
    opened = sum(each.opened_wrongly for each in seen.restarts)
    told = f"{lost} lost, {doubled} doubled, {opened} wrongly opened in {len(seen.restarts)} kills"
    return told, lost == doubled == opened == 0 and not any(each.wrong for each in seen.restarts)


def _restart(_site: Site, seen: Seen) -> tuple[str, bool]:
    worst = max(each.back_after_s for each in seen.restarts)
    return f"back {worst:.1f} s after start; models loaded in {seen.loaded_s:.1f} s here", (
        worst <= 10 and seen.loaded_s <= 30
    )


def _retained(_site: Site, seen: Seen) -> tuple[str, bool]:
    told = f"{len(seen.bytes_on_disk)} files with signs of {len(IMAGE_MARKS)} image kinds"
    return told, not seen.bytes_on_disk


def _heights(_site: Site, seen: Seen) -> tuple[str, bool]:
    return f"1.20 m and 2.05 m {'both passed' if seen.short_and_tall else 'did not both pass'}", seen.short_and_tall


def _speed(_site: Site, seen: Seen) -> tuple[str, bool]:
    same = "same seed, same journal" if seen.same_again else "same seed, ANOTHER journal"
    return f"{same}; {60 * len(seen.travellers) / seen.real_s:.0f} a minute with real image work", seen.same_again


NEEDS_SETS = "needs a test set: `egate face bench`, `egate mrz bench`"
NEEDS_CONSOLE = "the console's own bench measures it, not a lane"
ROWS: Mapping[str, Row] = {
    "N1": Row("whole crossing", "median <= 15 s, p95 <= 25 s, end at 60 s", _total),
    "N2": Row("machine's share", "median <= 2.0 s, p95 <= 3.5 s", None, "needs the wall clock: `egate bench machine`"),
    "N3": Row("page read", "p95 <= 0.5 s", _page),
    "N4": Row("zone outcome", ">= 99.5 % exact, 0 wrong digits", None, NEEDS_SETS),
    "N5": Row("chip", "budget 6 s", None, "no chip is read yet"),
    "N6": Row("register and watchlist", "time-out 3 s, never a hang", _register),
    "N7": Row("capture to decision", "p95 <= 1.0 s", _decision),
    "N8": Row("face acquired", ">= 98 % in 5 s", _acquired),
    "N9": Row("false match", "operating point <= 0.05 %", _operating_point),
    "N10": Row("false non-match", "< 1 % at that point", None, NEEDS_SETS),
    "N11": Row("cleared without an officer", ">= 95 % of eligible", _cleared),
    "N12": Row("presentation attacks", "APCER <= 5 % a species", None, NEEDS_SETS),
    "N13": Row("two persons", "100 % found, <= 0.5 % false", _parties),
    "N14": Row("left object", "100 % of scripted", _objects),
    "N15": Row("fire, emergency stop", "known <= 50 ms, commanded <= 100 ms", _fire),
    "N16": Row("interlock violations", "0", _soak),
    "N17": Row("shut in", "never > 60 s", _shut_in),
    "N18": Row("throughput", ">= 200 an hour", _throughput),
    "N19": Row("queue", "95 % < 5 min", None, "needs a hall's arrivals, not a lane"),
    "N20": Row("officer's load", "10 lanes", None, NEEDS_CONSOLE),
    "N21": Row("console's freshness", "p95 <= 500 ms", None, NEEDS_CONSOLE),
    "N22": Row("adjudication", "opened <= 2 s, applied <= 300 ms", None, NEEDS_CONSOLE),
    "N23": Row("availability", "99.9 %", None, "needs months of service"),
    "N24": Row("outage handled", "detected <= 5 s, >= 50 records/s", None, "`egate bench outbox`; N6 for the look-up"),
    "N25": Row("records", "0 lost, 0 doubled", _records),
    "N26": Row("restart", "start <= 30 s, back <= 10 s", _restart),
    "N27": Row("usage", "reported", None, "of a site in service alone"),
    "N28": Row("pictures kept", "0 bytes on the disk", _retained),
    "N29": Row("accessibility", "1.10 to 2.05 m seen", _heights),
    "N30": Row("simulation", "same seed, same journal", _speed),
    "N31": Row("evidence for claims", "rule of three", None, "concerns N9, N10 and N12"),
}


def failed(told: Sequence[Verdict]) -> list[str]:
    return [each.number for each in told if each.passed is False]
