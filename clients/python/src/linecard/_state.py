"""The panel's whole state, as a document that people can write too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._wire import Wire


class State:
    """Lines, streams, accounts and all the rest, with the keys of a seed document."""

    def __init__(self, wire: Wire) -> None:
        """Belong to a panel."""
        self._wire = wire

    def get(self) -> dict[str, Any]:
        """Answer all of it; :meth:`put` brings it back."""
        return dict(self._wire.control("GET", "state"))

    def put(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Hold what the document has, and nothing else."""
        return dict(self._wire.control("PUT", "state", document))

    def merge(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Add what the document has, or change what is there under its names."""
        return dict(self._wire.control("PATCH", "state", document))
