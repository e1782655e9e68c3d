"""What every client does alike: ``clients/conformance.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from linecard import LinecardError, NotVerified, Panel

CASES = json.loads((Path(__file__).parents[2] / "conformance.json").read_text("utf-8"))["cases"]


def differences(wanted: Any, got: Any, place: str = "") -> list[str]:
    """Where an answer does not hold what is wanted."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        inner = [differences(one, got.get(name), f"{place}.{name}") for name, one in wanted.items()]
        return [one for found in inner for one in found]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        inner = [differences(one, got[at], f"{place}[{at}]") for at, one in enumerate(wanted)]
        return [one for found in inner for one in found]
    # True is 1 to Python and not to JSON.
    same = wanted == got and isinstance(wanted, bool) == isinstance(got, bool)
    return [] if same else [f"{place or 'answer'}: wanted {wanted!r}, got {got!r}"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_of_every_client(case: dict[str, Any], linecard: Panel) -> None:
    saved: Any = None
    for step in case["steps"]:
        target: Any = linecard
        *path, method = step["call"].split(".")
        for name in path:
            target = saved if name == "saved" else getattr(target, name)
        call = getattr(target, method)
        args, named = step.get("args", []), step.get("named", {})
        if "fails" in step:
            with pytest.raises((LinecardError, NotVerified)) as failed:
                call(*args, **named)
            problem = {
                "status": getattr(failed.value, "status", None),
                **getattr(failed.value, "problem", {}),
            }
            assert differences(step["fails"], problem) == [], step
            continue
        answer = call(*args, **named)
        if "expect" in step:
            assert differences(step["expect"], answer) == [], step
        if step.get("save"):
            saved = answer
