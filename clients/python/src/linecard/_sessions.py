"""Live connections: who watches what."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from ._wire import Wire, present


class Sessions:
    """The live connections of a panel."""

    def __init__(self, wire: Wire) -> None:
        """Belong to a panel."""
        self._wire = wire

    def list(self, user: str | None = None) -> list[dict[str, Any]]:
        """All of them, or those of the users that a name or a pattern such as ``ci-*`` means."""
        query = urlencode(present({"user": user}))
        return list(self._wire.control("GET", f"sessions?{query}")["sessions"])

    def kick(self, id: int) -> None:
        """Cut one off."""
        self._wire.control("DELETE", f"sessions/{quote(str(id), safe='')}")
