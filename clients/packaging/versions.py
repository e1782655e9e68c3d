"""Checks that everything that a release publishes has one version: ``versions.py 0.1.0``."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]


def versions() -> dict[str, str]:
    """Read the version of each package, and of each that one of them names."""
    cargo = re.search(r'(?m)^version = "(.*)"$', (TOP / "Cargo.toml").read_text("utf-8"))
    python = re.search(r'(?m)^version = "(.*)"$', (TOP / "clients/python/pyproject.toml").read_text("utf-8"))
    node = json.loads((TOP / "clients/node/package.json").read_text("utf-8"))
    lock = json.loads((TOP / "clients/node/package-lock.json").read_text("utf-8"))
    assert cargo is not None
    assert python is not None
    return {
        "Cargo.toml": cargo[1],
        "pyproject.toml": python[1],
        "package.json": node["version"],
        "package-lock.json": lock["version"],
        **node["optionalDependencies"],
    }


if __name__ == "__main__":
    wrong = [f"{name} has {found}" for name, found in versions().items() if found != sys.argv[1]]
    sys.exit(f"::error::the version is {sys.argv[1]}, but {', '.join(wrong)}" if wrong else 0)
