"""Faults: requests that fail because a test says so."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote

from ._wire import Wire, present
from .control import At, Effect, Match, When
from .control import Fault as FaultRule
from .control import PresetName as Preset


class Fault:
    """One fault; as a context manager it ends with the block."""

    def __init__(self, faults: Faults, id: str) -> None:
        """Stand for a fault that the server holds."""
        self._faults = faults
        self.id = id

    def hits(self) -> int:
        """How often it acted."""
        held = [fault for fault in self._faults.list() if fault["id"] == self.id]
        return int(held[0]["hits"]) if held else 0

    def remove(self) -> None:
        """End it."""
        self._faults.remove(self.id)

    def __enter__(self) -> Fault:
        """Is in force already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, unless a reset or its ttl did."""
        if any(fault["id"] == self.id for fault in self._faults.list()):
            self.remove()


class Faults:
    """All faults of a panel."""

    def __init__(self, wire: Wire) -> None:
        """Belong to a panel."""
        self._wire = wire

    def add(
        self,
        effect: Effect,
        match: Match | None = None,
        *,
        when: When | None = None,
        at: At | None = None,
        id: str | None = None,
        running: bool | None = None,
    ) -> Fault:
        """Make matching requests fail: before the panel does its work, or ``at="after"`` it.

        ``running`` takes hold of streams that are open too.
        """
        members = {"id": id, "match": match, "when": when, "at": at, "running": running, "effect": effect}
        return Fault(self, self._wire.control("POST", "faults", present(members))["id"])

    def preset(
        self,
        name: Preset,
        match: Match | None = None,
        *,
        when: When | None = None,
        at: At | None = None,
        id: str | None = None,
    ) -> Fault:
        """Make them fail in one of the ways that have a name."""
        return self.add({"preset": name}, match, when=when, at=at, id=id)

    def presets(self) -> list[str]:
        """The names that :meth:`preset` takes."""
        return [preset["name"] for preset in self._wire.control("GET", "faults/presets")["presets"]]

    def list(self) -> list[dict[str, Any]]:
        """All faults, with how often each matched and acted."""
        return list(self._wire.control("GET", "faults")["faults"])

    def replace(self, faults: Sequence[FaultRule]) -> None:
        """Hold these and no others."""
        self._wire.control("PUT", "faults", faults)

    def remove(self, id: str) -> None:
        """End one."""
        self._wire.control("DELETE", f"faults/{quote(id, safe='')}")

    def clear(self) -> None:
        """End all."""
        self.replace([])
