"""Types of what tests write: those of the control plane, and the clock's times.

A type checker tells of a member or a preset that does not exist before the server does.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Union

from .control import Times as Bounds

#: How many requests are wanted: at least one without it.
Times = Union[int, Bounds, None]

#: An instant: ``2026-01-01T00:00:00Z``, Unix seconds, or a ``datetime`` with a time zone.
Instant = Union[str, int, datetime]

#: A duration: ``PT90M``, or a ``timedelta`` of whole seconds.
Duration = Union[str, timedelta]


def instant(at: Instant) -> str | int:
    """Write an instant as the control plane reads it."""
    if not isinstance(at, datetime):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone: give it one, such as tzinfo=timezone.utc")
    return at.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def duration(by: Duration) -> str:
    """Write a duration as the control plane reads it."""
    if not isinstance(by, timedelta):
        return by
    if by.microseconds:
        raise ValueError(f"{by!r} is no number of whole seconds, and the panel's clock has no others")
    seconds = by.days * 86_400 + by.seconds
    return f"{'-' if seconds < 0 else ''}PT{abs(seconds)}S"
