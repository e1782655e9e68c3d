"""Fixtures for pytest: ``linecard``, a panel as it was at the start, for each test.

The server is started when a test first asks for it and serves the whole session; under
``linecard run -- pytest`` it is the one that runs already.
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


@pytest.fixture(scope="session")
def linecard_server(pytestconfig: pytest.Config) -> Iterator[Panel]:
    """Serve one panel for the whole session, which no test gets clean."""
    if os.environ.get("LINECARD_CONTROL_URL"):
        yield Panel.attach()
        return
    panel = Panel.start(pytestconfig.getini("linecard_seed"), args=pytestconfig.getini("linecard_args"))
    yield panel
    panel.close()


@pytest.fixture
def linecard(linecard_server: Panel) -> Panel:
    """Give the session's panel, reset: rows, clock, faults and journal are as at the start."""
    linecard_server.reset()
    return linecard_server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Verify what a test expected as a part of the test, so that it fails and not its teardown."""
    result = yield
    panel = getattr(item, "funcargs", {}).get("linecard")
    if isinstance(panel, Panel):
        panel.check()
    return result
