"""Figures for Prometheus (ui.md 5.3). Labels are bounded, and none is a person's."""

from collections.abc import Iterable
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from console.alarms import Alarm, State
from console.lanes import Lane
from link.console_words import Sealed

SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 21, 34)
STATES = ("starting", "in_service", "closed", "maintenance", "stopped")


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._transactions = Counter(
            "egate_transactions", "Crossings sealed", ("lane", "outcome", "reason"), registry=registry
        )
        self._steps = Histogram(
            "egate_step_duration_seconds", "Length of a step", ("step",), buckets=SECONDS, registry=registry
        )
        self._crossing = Histogram(
            "egate_crossing_duration_seconds", "Length of a crossing", buckets=SECONDS, registry=registry
        )
        self._state = Gauge(
            "egate_lane_state", "1 for the state that a lane is in", ("lane", "state"), registry=registry
        )
        self._score = Histogram(
            "egate_match_score",
            "Scores at the end of a crossing",
            buckets=[n / 20 for n in range(21)],
            registry=registry,
        )
        self._prompts = Counter("egate_prompt_seconds", "How long prompts were shown", ("prompt",), registry=registry)
        self._active = Gauge("egate_alarms_active", "Alarms that are active", ("priority",), registry=registry)
        self._raised = Counter("egate_alarms", "Alarms raised", ("code",), registry=registry)
        self._ack = Histogram(
            "egate_alarm_ack_seconds", "Until an alarm was acknowledged", buckets=SECONDS, registry=registry
        )
        self._device = Gauge("egate_device_up", "1 while a device is not failed", ("lane", "device"), registry=registry)
        self._screens = Gauge("egate_ws_clients", "Screens connected", ("screen",), registry=registry)
        self._dropped = Gauge("egate_ws_dropped_total", "Screens let go because they were too slow", registry=registry)
        self._audit = Gauge("egate_audit_chain_ok", "1 while the audit chain holds", registry=registry)
        Gauge("egate_build_info", "What runs here", ("version",), registry=registry).labels(version("egate")).set(1)
        self._known: set[str] = set()

    def lane(self, lane: Lane) -> None:
        if lane.now is None:
            return
        for state in STATES:
            self._state.labels(lane.name, state).set(lane.now.state == state)
        for device, health in lane.now.devices.items():
            self._device.labels(lane.name, device).set(health != "failed")

    def crossing(self, lane: str, sealed: Sealed) -> None:
        self._transactions.labels(lane, sealed.outcome, sealed.reason).inc()
        self._crossing.observe(sealed.total_ms / 1000)
        for step in sealed.steps:
            self._steps.labels(step.name).observe(step.ms / 1000)
        for prompt, ms in sealed.prompts.items():
            self._prompts.labels(prompt).inc(ms / 1000)
        if sealed.match:
            self._score.observe(sealed.match.score)

    def alarms(self, now: Iterable[Alarm], changed: Alarm) -> None:
        if changed.id not in self._known:
            self._known.add(changed.id)
            self._raised.labels(changed.code).inc()
        if changed.state is State.ACKNOWLEDGED and changed.acknowledged_at_s:
            self._ack.observe(changed.acknowledged_at_s - changed.raised_at_s)
        for priority in (1, 2, 3):
            self._active.labels(str(priority)).set(sum(each.priority == priority and each.is_active for each in now))

    def exposed(self, screens: int, dropped: int, chain_ok: bool) -> bytes:
        self._screens.labels("console").set(screens)
        self._dropped.set(dropped)
        self._audit.set(chain_ok)
        return generate_latest(self._registry)
