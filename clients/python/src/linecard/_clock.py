"""The panel's clock, which a test sets and puts forward."""

from __future__ import annotations

from typing import Any

from ._wire import Wire, present


class Clock:
    """Governs everything that the panel dates. Times are texts: ``2026-01-01T00:00:00Z``, ``P1M``."""

    def __init__(self, wire: Wire) -> None:
        """Belong to a panel."""
        self._wire = wire

    def show(self) -> dict[str, Any]:
        """Tell the mode, the time and the rate."""
        return dict(self._wire.control("GET", "clock"))

    def freeze(self, at: str | None = None) -> dict[str, Any]:
        """Stand still, at this time or now."""
        return self._set({"mode": "frozen", "at": at or self.show()["now"]})

    def offset(self, by: str) -> dict[str, Any]:
        """Run, ahead or behind by this duration."""
        return self._set({"mode": "offset", "by": by})

    def scale(self, rate: float) -> dict[str, Any]:
        """Run so many times as fast."""
        return self._set({"mode": "scaled", "rate": rate})

    def real(self) -> dict[str, Any]:
        """Run as the machine's own."""
        return self._set({"mode": "real"})

    def advance(self, by: str | None = None, *, to: str | None = None) -> dict[str, Any]:
        """Go forward by a duration or to a time; answer what fell due on the way, in order."""
        return dict(self._wire.control("POST", "clock/advance", present({"by": by, "to": to})))

    def _set(self, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self._wire.control("PUT", "clock", body))
