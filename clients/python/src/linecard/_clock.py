"""The panel's clock, which a test sets and puts forward."""

from __future__ import annotations

from typing import Any

from ._types import Duration, Instant, duration, instant
from ._wire import Wire, present


class Clock:
    """Governs everything that the panel dates.

    Times are texts such as ``2026-01-01T00:00:00Z`` and ``P1M``, or ``datetime`` and ``timedelta``.
    """

    def __init__(self, wire: Wire) -> None:
        """Belong to a panel."""
        self._wire = wire

    def show(self) -> dict[str, Any]:
        """Tell the mode, the time and the rate."""
        return dict(self._wire.control("GET", "clock"))

    def freeze(self, at: Instant | None = None) -> dict[str, Any]:
        """Stand still, at this time or now."""
        return self._set({"mode": "frozen", "at": self.show()["now"] if at is None else instant(at)})

    def offset(self, by: Duration) -> dict[str, Any]:
        """Run, ahead or behind by this duration."""
        return self._set({"mode": "offset", "by": duration(by)})

    def scale(self, rate: float) -> dict[str, Any]:
        """Run so many times as fast."""
        return self._set({"mode": "scaled", "rate": rate})

    def real(self) -> dict[str, Any]:
        """Run as the machine's own."""
        return self._set({"mode": "real"})

    def advance(self, by: Duration | None = None, *, to: Instant | None = None) -> dict[str, Any]:
        """Go forward by a duration or to a time; answer what fell due on the way, in order."""
        members = {
            "by": None if by is None else duration(by),
            "to": None if to is None else instant(to),
        }
        return dict(self._wire.control("POST", "clock/advance", present(members)))

    def _set(self, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self._wire.control("PUT", "clock", body))
