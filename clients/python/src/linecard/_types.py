"""Types of what tests write: faults, presets, matches and the clock's times.

A type checker tells of a member or a preset that does not exist before the server does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, TypedDict, Union

#: The faults that have a name; ``faults.presets()`` tells those of the server.
Preset = Literal[
    "account_locked_ip",
    "array_instead_of_object",
    "auth_zero",
    "banned",
    "bom_prefix",
    "cloudflare_challenge",
    "db_error_page",
    "disabled",
    "double_gzip",
    "empty_body",
    "expired",
    "html_error_page",
    "html_instead_of_json",
    "invalid_utf8",
    "m3u_crlf",
    "max_connections",
    "null_fields",
    "object_instead_of_array",
    "php_warning_prefix",
    "portal_token_expired",
    "redirect_chain",
    "redirect_loop",
    "slow_epg",
    "stream_404_after_start",
    "stream_stall",
    "strings_for_numbers",
    "truncated_json",
    "xmltv_unclosed",
]


class Uniform(TypedDict):
    """A delay between two."""

    uniform: Sequence[str]


class Spread(TypedDict):
    """The numbers of :class:`Lognormal`."""

    median: str
    sigma: float


class Lognormal(TypedDict):
    """A delay as networks have it: half are shorter than the median, a few are much longer."""

    lognormal: Spread


class Corrupt(TypedDict):
    """How many bits of the body are flipped."""

    flip: int


class Truncate(TypedDict, total=False):
    """Where the body ends: after so many bytes, or after this part of it."""

    bytes: int | str
    fraction: float


class Dribble(TypedDict):
    """In how many pieces the body comes, and over what time."""

    chunks: int
    over: str


class StreamPlace(TypedDict, total=False):
    """Where in a stream a fault begins: at one of these."""

    after_bytes: int | str
    after: str
    after_frame: int


class Throttle(StreamPlace):
    """From where on an answer is so slow."""

    rate: str


class TsGap(StreamPlace, total=False):
    """Packets of a stream that become null packets: of which PID, and how many (1)."""

    pid: int
    packets: int


class TsGarbage(StreamPlace):
    """So many bytes that are no packet."""

    bytes: int


class PtsJump(StreamPlace):
    """By how much all times of a stream leap forward."""

    by: str


class HlsGap(TypedDict):
    """The segment that is missing."""

    segment: int


class Effect(TypedDict, total=False):
    """What happens to a request: see the table in docs/control.md."""

    delay: str | Uniform | Lognormal
    answer: str
    status: int
    body: str
    preset: Preset
    corrupt: Corrupt
    abort: Literal["close", "reset", "hang", "empty"]
    truncate: Truncate
    dribble: Dribble
    throttle: str | Throttle
    stream_cut: StreamPlace
    stream_stall: StreamPlace
    ts_gap: TsGap
    ts_garbage: TsGarbage
    pts_jump: PtsJump
    hls_frozen: bool
    hls_gap: bool | HlsGap
    upstream_down: bool


#: A text, perhaps with ``*``; a number; ``None`` for none at all.
Text = Union[str, int, None]


class SizeBounds(TypedDict, total=False):
    """How much of a stream was sent."""

    at_least: int | str
    at_most: int | str


class SpanBounds(TypedDict, total=False):
    """How long what was sent of a stream plays."""

    at_least: str
    at_most: str


class Match(TypedDict, total=False):
    """Which requests are meant: the object that faults, counts and verifications share."""

    api: Text
    action: Text
    method: Text
    path: Text
    query: Mapping[str, Text]
    form: Mapping[str, Text]
    header: Mapping[str, Text]
    user: Text
    status: int
    matched: bool
    stream: Text
    container: Text
    ended: Text
    bytes: SizeBounds
    watched: SpanBounds


class When(TypedDict, total=False):
    """On which of the matching requests a fault acts."""

    skip: int
    times: int
    every: int
    probability: float
    ttl: str
    until: str | int


#: Before the panel does its work, or after it, so that only the answer is lost.
At = Literal["before", "after"]


class _FaultMembers(TypedDict, total=False):
    id: str
    match: Match
    when: When
    at: At
    running: bool


class FaultRule(_FaultMembers):
    """A fault as ``faults.replace`` takes it."""

    effect: Effect


class Exactly(TypedDict):
    """So many requests, and no more."""

    exactly: int


class Between(TypedDict, total=False):
    """How many requests at least, and at most."""

    at_least: int
    at_most: int


#: How many requests are wanted: at least one without it.
Times = Union[int, Exactly, Between, None]


class UserMatch(TypedDict):
    """Whose lines and devices a reset deletes, such as ``ci-*``."""

    user: str


#: What a reset can restore by itself.
Part = Literal["state", "clock", "faults", "journal", "sessions", "transitions"]

#: Whether suspicious requests are refused, told in the log, or only recorded.
Strictness = Literal["off", "warn", "error"]

#: A seed document: sections such as ``lines`` with their entries.
Document = Mapping[str, Any]

#: A built-in seed by its name, a document, or a list of these.
Seed = Union[str, Document, Sequence[Union[str, Document]]]

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
