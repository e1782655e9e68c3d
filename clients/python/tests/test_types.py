"""What does not type-check: mypy reads this file, and complains of an ``ignore`` that it does not need."""

from __future__ import annotations

import pytest

from linecard import LinecardError, Panel


def refused(panel: Panel) -> None:
    """Write what a type checker refuses before the server does."""
    panel.faults.add({"statuss": 503})  # type: ignore[typeddict-unknown-key]
    panel.faults.add({"status": "503"})  # type: ignore[typeddict-item]
    panel.faults.add({"preset": "nope"})  # type: ignore[typeddict-item]
    panel.faults.add({"abort": "crash"})  # type: ignore[typeddict-item]
    panel.faults.preset("nope")  # type: ignore[arg-type]
    panel.faults.preset("empty_body", {"actoin": "get_line"})  # type: ignore[arg-type]
    panel.faults.preset("empty_body", when={"time": 1})  # type: ignore[arg-type]
    panel.faults.preset("empty_body", at="during")  # type: ignore[arg-type]
    panel.faults.replace([{"id": "a"}])  # type: ignore[typeddict-item]
    panel.count({"actoin": "get_line"})  # type: ignore[typeddict-unknown-key]
    panel.verify({"action": "get_line"}, times={"exact": 1})  # type: ignore[arg-type]
    panel.reset(["everything"])  # type: ignore[list-item]
    panel.reset(match={"name": "ci-*"})  # type: ignore[arg-type]
    panel.strictness("strict")  # type: ignore[arg-type]
    panel.clock.advance(60)  # type: ignore[arg-type]


def accepted(panel: Panel) -> None:
    """Write what it takes."""
    panel.faults.add(
        {"status": 503, "delay": {"uniform": ["50ms", "900ms"]}}, {"action": "get_*", "form": {"id": 1}}
    )
    panel.faults.replace([{"effect": {"truncate": {"fraction": 0.5}}, "when": {"skip": 1}, "at": "after"}])
    panel.verify({"user": None}, times={"at_most": 2})
    panel.reset(["state"], seed=["docs", {"lines": [{"line": "anna"}]}])


def test_what_type_checks_is_taken(linecard: Panel) -> None:
    accepted(linecard)


def test_what_does_not_is_refused(linecard: Panel) -> None:
    with pytest.raises(LinecardError, match="statuss"):
        refused(linecard)
