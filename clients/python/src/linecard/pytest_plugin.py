"""Fixtures for pytest: ``linecard`` and ``linecard_world``, panels as at the start, for each test.

The server is started when a test first asks for it and serves the whole session, a process of
pytest-xdist for itself; under ``linecard run -- pytest`` it is the one that runs already.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from ._panel import Panel


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what pytest.ini can say."""
    parser.addini("linecard_seed", "Seed of the panel that the fixture `linecard` starts", default="docs")
    parser.addini("linecard_args", "Further options of `linecard test`", type="args", default=[])
    parser.addini("linecard_tls_ca", "The file of whom to trust, where `linecard_args` have TLS", default="")
    parser.addini(
        "linecard_world", "Whether `linecard` is a world of its own for each test", type="bool", default=False
    )
    parser.addini(
        "linecard_fail_on_unmatched",
        "Whether a test fails that makes suspicious requests",
        type="bool",
        default=False,
    )


@pytest.fixture(scope="session")
def linecard_server(pytestconfig: pytest.Config) -> Iterator[Panel]:
    """Serve one panel for the whole session, which no test gets clean."""
    if os.environ.get("LINECARD_CONTROL_URL"):
        yield Panel.attach()
        return
    panel = Panel.start(
        pytestconfig.getini("linecard_seed"),
        args=pytestconfig.getini("linecard_args"),
        tls_ca=pytestconfig.getini("linecard_tls_ca"),
    )
    yield panel
    panel.close()


@pytest.fixture
def linecard(linecard_server: Panel, pytestconfig: pytest.Config) -> Iterator[Panel]:
    """Give the session's panel, reset: rows, clock, faults and journal are as at the start.

    Or a world of it, where the configuration says so or several processes share the server.
    """
    shared = "PYTEST_XDIST_WORKER" in os.environ and "LINECARD_CONTROL_URL" in os.environ
    world = linecard_server.world() if shared or pytestconfig.getini("linecard_world") else None
    if world is None:
        linecard_server.reset()
    panel = world or linecard_server
    panel.fail_on_unmatched(pytestconfig.getini("linecard_fail_on_unmatched"))
    yield panel
    if world is not None:
        world.close()


@pytest.fixture
def linecard_world(linecard_server: Panel, pytestconfig: pytest.Config) -> Iterator[Panel]:
    """Give a panel of the test's own, with its port, clock, faults and journal, which ends with the test."""
    world = linecard_server.world()
    world.fail_on_unmatched(pytestconfig.getini("linecard_fail_on_unmatched"))
    yield world
    world.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Verify what a test expected as a part of the test, so that it fails and not its teardown."""
    result = yield
    given = getattr(item, "funcargs", {})
    for panel in (given.get("linecard"), given.get("linecard_world")):
        if isinstance(panel, Panel):
            panel.check()
    return result
