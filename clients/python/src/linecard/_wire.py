"""HTTP: JSON to the control plane, forms to the panel, and errors as people read them."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit


class LinecardError(RuntimeError):
    """The control plane's refusal, or an answer that a panel does not give when it works.

    ``status`` is the HTTP status, 0 where there was no answer; ``problem`` has the ``body`` of an answer that
    is not the control plane's.
    """

    def __init__(self, problem: Mapping[str, Any]) -> None:
        """Keep the whole problem document."""
        self.problem = dict(problem)
        self.status: int = problem.get("status", 0)
        self.detail: str = problem.get("detail", "")
        self.hint: str = problem.get("hint", "")
        super().__init__(f"{self.detail}: {self.hint}" if self.hint else self.detail)


class NotVerified(AssertionError):
    """Not as many requests came as were wanted; the message tells which came close."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        """Keep the whole problem document."""
        self.problem = dict(problem)
        self.detail: str = problem["detail"]
        self.hint: str = problem["hint"]
        super().__init__("\n".join(_story(problem)))

    @classmethod
    def of_unmatched(cls, unmatched: Sequence[Mapping[str, Any]]) -> NotVerified:
        """Tell of suspicious requests that nobody wanted."""
        came = "1 suspicious request" if len(unmatched) == 1 else f"{len(unmatched)} suspicious requests"
        hint = "forget_requests() forgets those that a test makes on purpose"
        return cls({"detail": f"{came} came", "hint": hint, "unmatched": list(unmatched)})


def _story(problem: Mapping[str, Any]) -> Iterator[str]:
    yield problem["detail"]
    yield f"hint: {problem['hint']}"
    for close in problem.get("closest", []):
        yield f"closest: #{close['seq']} {close['method']} {close['url']} ({close['api']} {close['action']})"
        for one in close["differences"]:
            yield f"  {one['member']}: wanted {json.dumps(one['wanted'])}, got {json.dumps(one['got'])}"
    for odd in problem.get("unmatched", []):
        hints = "; ".join(miss["hint"] for miss in odd["near_misses"]) or "nothing answers there"
        yield f"unmatched: #{odd['seq']} {odd['method']} {odd['url']}: {hints}"


class Place(NamedTuple):
    """Where a server listens, and whether it speaks TLS there."""

    host: str
    port: int
    tls: bool


# What to do about a certificate that nobody vouches for.
_TRUST = "name the file of its authority with tls_ca or LINECARD_TLS_CA"


class Wire:
    """A server's address; every call has a connection of its own, so that a fault on one harms no other."""

    def __init__(
        self, url: str, token: str | None = None, world: str | None = None, tls_ca: str | None = None
    ) -> None:
        """Speak to the server at this URL, or to a world of it."""
        self._control_place = self.place(url)
        self.url = url
        self.token = token
        self.tls_ca = tls_ca or os.environ.get("LINECARD_TLS_CA") or None
        # By its name, for the port of a world may be hidden where the server's is not: in a container.
        self._headers = {"Host": f"{world}.localhost:{self._control_place.port}"} if world else {}
        self.panel = self._control_place
        self._panel_headers = self._headers

    def learn(self, info: Mapping[str, Any]) -> None:
        """Call the panel where it is, where the control plane has a socket of its own."""
        apart = info["control"] != f"{info['url']}/_linecard/"
        if apart and info["url"].startswith(("http:", "https:")):
            self.panel, self._panel_headers = self.place(info["url"]), {}

    @staticmethod
    def place(url: str) -> Place:
        """Read from a panel's URL where it is."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no URL of a panel: write it as http://127.0.0.1:8080")
        return Place(parts.hostname, parts.port or (443 if tls else 80), tls)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Trust the authorities of the file that was named, or else the system's."""
        try:
            return ssl.create_default_context(cafile=self.tls_ca)
        except OSError as error:
            words = error.strerror or str(error)
            raise LinecardError(
                {"detail": f"{self.tls_ca} holds no authorities to trust ({words})", "hint": _TRUST}
            ) from error

    def control(self, method: str, path: str, body: object = None, *, timeout: float = 30) -> Any:
        """Ask the control plane."""
        status, answer = self._control(method, path, body, timeout)
        return _read(status, answer)

    def text(self, path: str) -> str:
        """Ask the control plane for what is no JSON."""
        return self._control("GET", path, None, 30)[1].decode()

    def _control(self, method: str, path: str, body: object, timeout: float) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        headers.update(self._headers)
        status, answer = self._ask(
            self._control_place, method, f"/_linecard/{path}", content, headers, timeout
        )
        if status >= 400:
            raise _refusal(status, answer)
        return status, answer

    def object(self, path: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Send a form to the panel, and read an answer that is an object."""
        status, answer = self._form(path, fields)
        read = _read(status, answer)
        if not isinstance(read, dict):
            raise _strange(status, answer, "no JSON object of Linecard's")
        return read

    def form(self, path: str, fields: Mapping[str, Any]) -> Any:
        """Send a form to the panel, and read its answer."""
        return _read(*self._form(path, fields))

    def _form(self, path: str, fields: Mapping[str, Any]) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self._panel_headers}
        content = urlencode(list(flat(fields))).encode()
        status, answer = self._ask(self.panel, "POST", path, content, headers, 30)
        if status >= 400:
            raise _refusal(status, answer)
        return status, answer

    def _ask(
        self,
        place: Place,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: float,
    ) -> tuple[int, bytes]:
        connection = self._connection(place, timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ssl.SSLCertVerificationError as error:
            detail = f"the certificate of {place.host}:{place.port} is not trusted ({error.verify_message})"
            raise LinecardError({"detail": detail, "hint": _TRUST}) from error
        except (OSError, http.client.HTTPException) as error:
            words = str(error) or type(error).__name__
            raise LinecardError(
                {"detail": f"{method} {path} on {place.host}:{place.port} was not answered ({words})"}
            ) from error
        finally:
            connection.close()

    def _connection(self, place: Place, timeout: float) -> http.client.HTTPConnection:
        if place.tls:
            return http.client.HTTPSConnection(place.host, place.port, timeout=timeout, context=self._trust)
        return http.client.HTTPConnection(place.host, place.port, timeout=timeout)


def present(members: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was not given."""
    return {name: value for name, value in members.items() if value is not None}


def _read(status: int, answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        raise _strange(status, answer) from None


def _refusal(status: int, answer: bytes) -> LinecardError | NotVerified:
    """Read the control plane's problem, or else an answer that a panel gives only when something is wrong."""
    try:
        read = json.loads(answer)
    except ValueError:
        read = None
    if not (isinstance(read, dict) and str(read.get("type", "")).startswith("linecard:")):
        return _strange(status, answer, "a failure")
    verdict = read["type"] in ("linecard:not_verified", "linecard:journal_overflow")
    return NotVerified(read) if verdict else LinecardError(read)


def _strange(status: int, answer: bytes, what: str = "no JSON of Linecard's") -> LinecardError:
    body = answer.decode("utf-8", "replace")
    detail = f"the answer {status} is {what}: {body[:200]!r}"
    return LinecardError({"status": status, "detail": detail, "body": body})


def flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Write nested values as PHP reads them: ``user_data[username]``, ``bouquets[0]``; None is left out."""
    for name, value in fields.items():
        yield from _field(str(name), value)


def _field(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, (list, tuple)):
        inner = dict(enumerate(value)).items()
    else:
        yield name, str(int(value)) if isinstance(value, bool) else str(value)
        return
    for key, one in inner:
        yield from _field(f"{name}[{key}]", one)
