"""HTTP: JSON to the control plane, forms to the panel, and errors as people read them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit


class LinecardError(RuntimeError):
    """The control plane's refusal, or an answer that is none."""

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


def _story(problem: Mapping[str, Any]) -> Iterator[str]:
    yield problem["detail"]
    yield f"hint: {problem['hint']}"
    for close in problem.get("closest", []):
        yield f"closest: #{close['seq']} {close['method']} {close['url']} ({close['api']} {close['action']})"
        for one in close["differences"]:
            yield f"  {one['member']}: wanted {json.dumps(one['wanted'])}, got {json.dumps(one['got'])}"


class Wire:
    """A server's address; every call has a connection of its own, so that a fault on one harms no other."""

    def __init__(self, url: str, token: str | None = None, world: str | None = None) -> None:
        """Speak to the server at this URL, or to a world of it."""
        self.host, self.port = self.place(url)
        self.url = url
        self.token = token
        # By its name, for the port of a world may be hidden where the server's is not: in a container.
        self._headers = {"Host": f"{world}.localhost:{self.port}"} if world else {}
        self.panel = (self.host, self.port)
        self._panel_headers = self._headers

    def learn(self, info: Mapping[str, Any]) -> None:
        """Call the panel where it is, where the control plane has a socket of its own."""
        apart = info["control"] != f"{info['url']}/_linecard/"
        if apart and info["url"].startswith("http:"):
            self.panel, self._panel_headers = self.place(info["url"]), {}

    @staticmethod
    def place(url: str) -> tuple[str, int]:
        """Read host and port of a panel's URL."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url!r} is no URL of a panel: write it as http://127.0.0.1:8080")
        return parts.hostname, parts.port or 80

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
        place = (self.host, self.port)
        headers.update(self._headers)
        status, answer = self._ask(place, method, f"/_linecard/{path}", content, headers, timeout)
        if status < 400:
            return status, answer
        read = _read(status, answer)
        known = isinstance(read, dict) and str(read.get("type", "")).startswith("linecard:")
        if not known:
            raise _strange(status, answer)
        if read["type"] in ("linecard:not_verified", "linecard:journal_overflow"):
            raise NotVerified(read)
        raise LinecardError(read)

    def form(self, path: str, fields: Mapping[str, Any]) -> Any:
        """Send a form to the panel, whose answer is JSON whatever its status."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self._panel_headers}
        content = urlencode(list(flat(fields))).encode()
        status, answer = self._ask(self.panel, "POST", path, content, headers, 30)
        return _read(status, answer)

    @staticmethod
    def _ask(
        place: tuple[str, int],
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: float,
    ) -> tuple[int, bytes]:
        host, port = place
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            words = str(error) or type(error).__name__
            raise LinecardError(
                {"detail": f"{method} {path} on {host}:{port} was not answered ({words})"}
            ) from error
        finally:
            connection.close()


def present(members: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was not given."""
    return {name: value for name, value in members.items() if value is not None}


def _read(status: int, answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        raise _strange(status, answer) from None


def _strange(status: int, answer: bytes) -> LinecardError:
    shown = answer[:200].decode("utf-8", "replace")
    return LinecardError(
        {"status": status, "detail": f"the answer {status} is no JSON of Linecard's: {shown!r}"}
    )


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
