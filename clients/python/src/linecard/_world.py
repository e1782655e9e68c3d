"""A world of a server: what ends it."""

from __future__ import annotations

from ._wire import LinecardError, Wire


class World:
    """A world that whoever made it ends."""

    def __init__(self, server: Wire, name: str) -> None:
        """Know the world by its name."""
        self._server = server
        self._path = f"worlds/{name}"

    def stop(self) -> None:
        """End it, unless it is gone already, with its server perhaps."""
        try:
            self._server.control("DELETE", self._path)
        except LinecardError as error:
            if error.status not in (0, 404):
                raise
