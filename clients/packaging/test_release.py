"""The workflow of a release: what can be seen of it without a runner."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from versions import versions

TOP = Path(__file__).parents[2]
WORKFLOW = TOP / ".github" / "workflows" / "release.yml"
RELEASE: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))
JOBS: dict[str, Any] = RELEASE["jobs"]
MATRIX: list[dict[str, str]] = JOBS["program"]["strategy"]["matrix"]["include"]


def scripts() -> list[tuple[str, dict[str, Any]]]:
    """List the steps that run a script."""
    return [(name, step) for name, job in JOBS.items() for step in job["steps"] if "run" in step]


def test_it_is_a_workflow() -> None:
    schema = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.github-workflows"]
    ended = subprocess.run([*schema, WORKFLOW], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_everything_has_one_version() -> None:
    assert set(versions().values()) == {versions()["Cargo.toml"]}
    for version, code in [(versions()["Cargo.toml"], 0), ("9.9.9", 1)]:
        command = [sys.executable, str(TOP / "clients/packaging/versions.py"), version]
        assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == code


def test_every_platform_of_the_action_and_of_the_npm_package_is_built() -> None:
    action = (TOP / "action.yml").read_text("utf-8")
    asked = re.search(r"(?m)^ +((?:\w+-\w+ \| )+\w+-\w+)\) ;;$", action)
    assert asked is not None
    assert {one["name"] for one in MATRIX} == set(asked[1].split(" | "))
    node = json.loads((TOP / "clients/node/package.json").read_text("utf-8"))
    assert {f"@linecard/{one['npm']}" for one in MATRIX} == set(node["optionalDependencies"])
    # The tag of a wheel for Linux is read from the program.
    assert {one["name"] for one in MATRIX if "wheel" not in one} == {"Linux-X64", "Linux-ARM64"}


def test_nothing_is_published_but_from_a_tag_that_is_the_version() -> None:
    publishes = {
        name
        for name, job in JOBS.items()
        if re.search(r"publish|gh release create", json.dumps(job["steps"]))
    }
    for name in publishes - {"version", "packages", "image"}:
        assert JOBS[name]["if"] == "needs.version.outputs.publish == 'true'", name
    assert JOBS["image"]["steps"][-1]["with"]["push"] == "${{ needs.version.outputs.publish == 'true' }}"
    assert "secrets." not in WORKFLOW.read_text("utf-8")
    assert RELEASE["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(("name", "step"), scripts(), ids=lambda one: one if isinstance(one, str) else "")
def test_scripts_are_bash_without_expressions(name: str, step: dict[str, Any]) -> None:
    assert "${{" not in step["run"], f"{name}: an expression in a script lets its value be run"
    subprocess.run(["bash", "-n", "-c", step["run"]], check=True, timeout=60)


@pytest.mark.parametrize(
    ("ref", "code", "told"),
    [
        ("refs/heads/main", 0, "publish=false\n"),
        ("refs/tags/v0.1.0", 0, "publish=true\n"),
        ("refs/tags/v0.1.1", 1, ""),
    ],
)
def test_the_tag_decides(tmp_path: Path, ref: str, code: int, told: str) -> None:
    (step,) = [step for step in JOBS["version"]["steps"] if "run" in step]
    output = tmp_path / "output"
    output.touch()
    env = {**os.environ, "GITHUB_REF": ref, "GITHUB_OUTPUT": str(output)}
    command = ["bash", "-c", step["run"]]
    ended = subprocess.run(command, cwd=TOP, env=env, capture_output=True, check=False, timeout=60)
    assert (ended.returncode, output.read_text("utf-8")) == (code, told), ended.stderr
