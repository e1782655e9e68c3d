"""A ``linecard test`` of one's own: started, awaited, stopped."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from typing import IO, Any


class NotStarted(RuntimeError):
    """The server refused to start; the message is its own."""


class Process:
    """A server that runs as long as this process does, at most."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        """Start it and wait for its ready line."""
        # A file and not a pipe: nobody has to read it for the server to go on. What is read moves the
        # place of both, so the server writes at the end wherever that is.
        self._said: IO[bytes] = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - closed by stop()
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said
            )
        except OSError as error:
            self._said.close()
            raise NotStarted(f"{command[0]} cannot be run: {error.strerror or error}") from error
        try:
            self.ready: dict[str, Any] = self._wait(command[0], timeout)
        except BaseException:
            self.stop()
            raise

    def _wait(self, program: str, timeout: float) -> dict[str, Any]:
        stdout = self._child.stdout
        assert stdout is not None
        lines: list[bytes] = []
        # A pipe has no timeout that works everywhere; a thread that is waited for does.
        reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
        reader.start()
        reader.join(timeout)
        if reader.is_alive():
            self._child.kill()
            reader.join()
            raise NotStarted(f"{program} was not ready within {timeout} s")
        try:
            ready = json.loads(lines[0])
        except ValueError:
            if lines[0]:
                raise NotStarted(f"{program} is no linecard: it began with {lines[0][:80]!r}") from None
            self._child.wait()
            raise NotStarted(self.log().strip() or f"{program} ended before it was ready") from None
        return dict(ready)

    def log(self) -> str:
        """What the server said on standard error."""
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace")

    def stop(self) -> None:
        """Stop the server; one that does not stop is killed."""
        if self._said.closed:
            return
        self._child.terminate()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()
        self._said.close()
