"""The panel: where it answers, what opens it, and what a test does with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from ._binary import find_binary
from ._clock import Clock
from ._faults import Faults
from ._process import Process
from ._sessions import Sessions
from ._state import State
from ._types import Times
from ._wire import LinecardError, NotVerified, Wire, present
from ._world import World
from .control import Match, Part, Strictness, UserMatch
from .control import SentSeeds as Seed


class Panel:
    """A panel with its control plane. Start one, attach to one that runs, or make a world of either."""

    def __init__(
        self,
        control_url: str,
        token: str | None = None,
        world: str | None = None,
        tls_ca: str | None = None,
    ) -> None:
        """Attach to the control plane at this URL; :meth:`start` and :meth:`attach` read better."""
        self._wire = Wire(control_url, token, world, tls_ca)
        self._owned: Process | World | None = None
        self._expected: list[tuple[Match, Times, str | None]] = []
        self._fails_on_unmatched = False
        self._is_reseeded = False
        info = self.info()
        self._wire.learn(info)
        self.url: str = info["url"]
        self.control_url: str = info["control"]
        self.world_name: str = info["world"]
        self._learn(info)
        self.host, self.port, _ = self._wire.panel
        self.clock = Clock(self._wire)
        self.faults = Faults(self._wire)
        self.sessions = Sessions(self._wire)
        self.state = State(self._wire)

    def _learn(self, info: Mapping[str, Any]) -> None:
        """Remember what opens the panel, which another seed changes."""
        self.access_code: str | None = info["access_code"]
        self.api_key: str | None = info["api_key"]
        self.user: str | None = info["user"]
        self.password: str | None = info["pass"]

    @classmethod
    def start(
        cls,
        seed: str | None = None,
        *,
        clock: str | None = None,
        rng_seed: int | None = None,
        strict: bool | Strictness = False,
        args: Sequence[str] = (),
        binary: str | None = None,
        timeout: float = 10,
        tls_ca: str | None = None,
    ) -> Panel:
        """Start ``linecard test``: in memory, on a free port, for as long as this process runs.

        With TLS, ``tls_ca`` is the file of whom to trust, such as ``--tls-ca-out`` names among the ``args``.
        """
        command = [binary or find_binary(), "test", "--bind", "127.0.0.1:0", "--control=true"]
        command += ["--ready-format", "json", "--exit-with-parent", "--grace", "1s"]
        options = {"--seed": seed, "--clock": clock, "--rng-seed": rng_seed}
        for name, value in options.items():
            if value is not None:
                command += [name, str(value)]
        if strict:
            command.append(f"--strict={'error' if strict is True else strict}")
        command += args
        process = Process(command, timeout)
        try:
            panel = cls(process.ready["control"], process.ready.get("control_token"), tls_ca=tls_ca)
        except BaseException:
            process.stop()
            raise
        panel._owned = process
        return panel

    @classmethod
    def attach(
        cls,
        control_url: str | None = None,
        token: str | None = None,
        world: str | None = None,
        tls_ca: str | None = None,
    ) -> Panel:
        """Use a panel that runs, or a world of it; without a URL the one of ``linecard run -- pytest``.

        With TLS, who vouches for it stands in the file ``tls_ca``, or that of ``LINECARD_TLS_CA``; else
        the system's authorities do.
        """
        url = control_url or os.environ.get("LINECARD_CONTROL_URL")
        if not url:
            raise ValueError(
                "LINECARD_CONTROL_URL is not set: start the tests with `linecard run -- pytest`, "
                "or give the URL of the control plane"
            )
        return cls(url, token or os.environ.get("LINECARD_CONTROL_TOKEN"), world, tls_ca)

    def world(
        self,
        seed: Seed | None = None,
        *,
        snapshot: str | None = None,
        clock: str | Mapping[str, Any] | None = None,
        name: str | None = None,
        rng_seed: int | None = None,
    ) -> Panel:
        """Make a panel of its own in the same server, which ends when it is closed.

        It begins as the server did, or with a snapshot of this panel, or with a seed: one of the program, by
        its name, a document, or a list of these.
        """
        members = {"name": name, "seed": seed, "snapshot": snapshot, "clock": clock, "rng_seed": rng_seed}
        made = self._wire.control("POST", "worlds", present(members))
        owned = World(self._wire, made["id"])
        try:
            panel = Panel(self._wire.url, self._wire.token, made["id"], self._wire.tls_ca)
        except BaseException:
            owned.stop()
            raise
        panel._owned = owned
        # Its own port, where the server tells the name that it was asked by.
        panel.url, panel.control_url = made["url"], made["control"]
        panel.host, panel.port, _ = Wire.place(made["url"])
        return panel

    def worlds(self) -> list[dict[str, Any]]:
        """The worlds that there are: ``id``, ``url``, ``host_url`` and what opens each."""
        return list(self._wire.control("GET", "worlds")["worlds"])

    def __enter__(self) -> Panel:
        """Is running already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Check what was expected, unless the block failed by itself, and stop."""
        try:
            if error is None:
                self.check()
        finally:
            self.close()

    def close(self) -> None:
        """Stop the server, if this panel started it; end the world, if it is one."""
        if self._owned is not None:
            self._owned.stop()

    # The panel's own APIs.

    @property
    def admin_api(self) -> str | None:
        """The URL of the Admin API, if there is an access code for it."""
        return self.access_code and f"{self.url}{self._admin_path}"

    @property
    def xc_v2_api(self) -> str:
        """The URL of XC v2's ``api.php``."""
        return f"{self.url}/api.php"

    @property
    def _admin_path(self) -> str:
        return f"/{self.access_code}/admin/index.php"

    def call(self, action: str, /, **params: Any) -> dict[str, Any]:
        """Call an action of the Admin API; lists and dicts are sent as PHP reads them.

        An answer that is no JSON object, or has an HTTP status from 400 on, is a :class:`LinecardError`.
        """
        fields = {"api_key": self.api_key, "action": action, **params}
        return self._wire.object(self._admin_path, fields)

    def api(self, action: str, sub: str, /, **params: Any) -> Any:
        """Call XC v2's ``api.php``; an HTTP status from 400 on is a :class:`LinecardError`."""
        query = urlencode({"action": action, "sub": sub})
        return self._wire.form(f"/api.php?{query}", params)

    # The control plane.

    def info(self) -> dict[str, Any]:
        """Where the panel answers and what opens it."""
        return dict(self._wire.control("GET", "info"))

    def strictness(self, level: Strictness | None = None) -> Strictness:
        """How strict the panel is, after it was set to this level, if one is given."""
        method, body = ("GET", None) if level is None else ("PATCH", {"strict": level})
        strictness: Strictness = self._wire.control(method, "info", body)["strictness"]
        return strictness

    def reset(
        self,
        what: Sequence[Part] | None = None,
        *,
        seed: Seed | None = None,
        match: UserMatch | None = None,
    ) -> dict[str, Any]:
        """Go back to the start: state, clock, faults, journal and sessions, or these parts.

        With a seed the state is that of a new panel with it. With ``match={"user": "ci-*"}`` nothing goes
        back, but these users are deleted.
        """
        if match is None:
            self._expected.clear()
            self._fails_on_unmatched = False
        members = {"what": what, "seed": seed, "match": match}
        counts = dict(self._wire.control("POST", "reset", present(members)))
        if seed is not None or self._is_reseeded:
            self._is_reseeded = seed is not None
            self._learn(self.info())
        return counts

    def snapshot(self, name: str) -> dict[str, Any]:
        """Keep the state under a name."""
        return dict(self._wire.control("POST", "snapshots", {"name": name}))

    def snapshots(self) -> list[str]:
        """The names of the snapshots."""
        return list(self._wire.control("GET", "snapshots")["snapshots"])

    def restore(self, name: str) -> dict[str, Any]:
        """Go back to a snapshot."""
        return dict(self._wire.control("POST", f"snapshots/{quote(name, safe='')}/restore"))

    def forget(self, name: str) -> None:
        """Forget a snapshot."""
        self._wire.control("DELETE", f"snapshots/{quote(name, safe='')}")

    def profile(self, profiles: Sequence[str] | None = None) -> list[str]:
        """The active quirk profiles, after they were replaced by these, if any are given."""
        method, body = ("GET", None) if profiles is None else ("PUT", {"profiles": list(profiles)})
        return list(self._wire.control(method, "profile", body)["active"])

    def transitions(self, transitions: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """After what things become ready, replaced by ``{"stream": {"polls": 3}}`` or its like if given."""
        method = "GET" if transitions is None else "PUT"
        return dict(self._wire.control(method, "transitions", transitions))

    def metrics(self) -> str:
        """What was done since the server started, as Prometheus reads it."""
        return self._wire.text("metrics")

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """What clients asked, and deliveries of webhooks.

        A delivery has the ``api`` ``webhook``, and its ``action`` is the event.

        Filters are ``api``, ``action``, ``user``, ``status``, ``since``, ``limit``.
        """
        query = urlencode({name: value for name, value in filters.items() if value is not None})
        return list(self._wire.control("GET", f"requests?{query}")["requests"])

    def unmatched(self) -> list[dict[str, Any]]:
        """Requests in which something is odd, with what may have been meant."""
        return list(self._wire.control("GET", "unmatched")["unmatched"])

    def forget_requests(self) -> None:
        """Forget what clients asked, suspicious requests too: they fail neither a check nor a run."""
        self._wire.control("DELETE", "requests")

    def count(self, match: Match) -> int:
        """How many requests match; deliveries of webhooks only if it has ``"api": "webhook"``."""
        return int(self._wire.control("POST", "requests/count", {"match": match})["count"])

    def verify(self, match: Match, times: Times = None, within: str | None = None) -> dict[str, Any]:
        """Assert that requests came: at least one, so many, or ``{"at_most": 2}``; wait ``within`` a time.

        Raises :class:`NotVerified`, an ``AssertionError`` that tells which requests came close.
        """
        body: dict[str, Any] = {"match": match}
        if times is not None:
            body["times"] = {"exactly": times} if isinstance(times, int) else times
        if within is not None:
            body["within"] = within
        # The server waits for five minutes at most.
        return dict(self._wire.control("POST", "verify", body, timeout=310 if within else 30))

    def expect(self, match: Match, times: Times = None, within: str | None = None) -> None:
        """Say now what :meth:`check` verifies at the end."""
        self._expected.append((match, times, within))

    def fail_on_unmatched(self, fails: bool = True) -> None:
        """Say whether :meth:`check` fails when there were suspicious requests, until a reset."""
        self._fails_on_unmatched = fails

    def check(self) -> None:
        """Verify what was expected, once; the pytest fixture does it after each test."""
        expected, self._expected = self._expected, []
        for match, times, within in expected:
            self.verify(match, times, within)
        fails, self._fails_on_unmatched = self._fails_on_unmatched, False
        unmatched = self.unmatched() if fails else []
        if unmatched:
            raise NotVerified.of_unmatched(unmatched)

    def log(self) -> str:
        """What the server said on standard error, if this panel started it."""
        if not isinstance(self._owned, Process):
            raise LinecardError({"detail": "the log is with whoever started the server"})
        return self._owned.log()
