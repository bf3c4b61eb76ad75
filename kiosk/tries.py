"""How often an officer lets the same document be laid down anew: a limit, so that nobody tries until he is mistaken.

Each try is a crossing of its own, with everything done again; no threshold is lowered for it.
"""

from dataclasses import dataclass, field

MOST = 2
"""With the first one three tries in all (egates.md, 42)."""
WITHIN_S = 900.0


@dataclass(slots=True)
class Tries:
    """When officers gave a document another try, by the document's mark at this gate."""

    given_at_s: dict[str, tuple[float, ...]] = field(default_factory=dict, repr=False)

    def may(self, mark: str, now_s: float) -> bool:
        """Whether there is one left. A document that was never read has none."""
        return bool(mark) and len(self._recent(mark, now_s)) < MOST

    def give(self, mark: str, now_s: float) -> None:
        recent = {each: times for each in self.given_at_s if (times := self._recent(each, now_s))}
        self.given_at_s = {**recent, mark: (*recent.get(mark, ()), now_s)}

    def _recent(self, mark: str, now_s: float) -> tuple[float, ...]:
        return tuple(at_s for at_s in self.given_at_s.get(mark, ()) if now_s - at_s < WITHIN_S)
