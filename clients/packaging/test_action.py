"""The steps of action.yml, run as a runner would, with a release that lies in a folder."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ACTION: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text("utf-8"))
BINARY = os.environ["LINECARD_BIN"]


class Runner:
    """What a step finds and leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LINECARD_")}
        files = {name: str(folder / name) for name in ("GITHUB_PATH", "GITHUB_ENV", "GITHUB_OUTPUT")}
        host = {"RUNNER_TEMP": str(folder), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64"}
        self.env = {**clean, **files, **host}

    def becomes_windows(self) -> None:
        """Give paths the form that Windows gives them; there `cygpath -m` turns their slashes."""
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "cygpath").write_text(
            '#!/bin/sh\n[ "$1" = -m ] && printf "%s\\n" "$2" | tr "\\\\" /\n', "utf-8"
        )
        (tools / "cygpath").chmod(0o755)
        temporary = str(self.folder).replace("/", "\\")
        self.env |= {"RUNNER_OS": "Windows", "RUNNER_TEMP": temporary, "PATH": f"{tools}:{self.env['PATH']}"}

    def run(self, step: dict[str, Any], **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step with these inputs, its expressions filled in."""
        given = {name: str(spec["default"]) for name, spec in ACTION["inputs"].items()} | inputs
        known = {f"inputs.{name}": value for name, value in given.items()}
        known["github.server_url"] = (self.folder / "server").as_uri()
        known["github.action_repository"] = "owner/linecard"

        def fill(text: str) -> str:
            return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], text)

        before = self.left("GITHUB_ENV") if (self.folder / "GITHUB_ENV").exists() else {}
        env = {**self.env, **before, **{name: fill(value) for name, value in step["env"].items()}}
        assert "${{" not in step["run"], "an expression in a script lets its value be run"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    def left(self, name: str) -> dict[str, str]:
        """Read what a step told the runner."""
        lines = (self.folder / name).read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


INSTALL, START = ACTION["runs"]["steps"]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    told = tmp_path / "GITHUB_ENV"
    if told.exists() and "LINECARD_CONTROL_URL" in runner.left("GITHUB_ENV"):
        stop = runner.left("GITHUB_ENV")["LINECARD_CONTROL_URL"] + "shutdown"
        urllib.request.urlopen(urllib.request.Request(stop, method="POST"), timeout=10).close()


def test_it_is_a_composite_action_whose_outputs_are_those_of_its_steps() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert [step["shell"] for step in (INSTALL, START)] == ["bash", "bash"]
    assert START["if"] == "inputs.start == 'true'"
    assert set(ACTION["inputs"]) == {"version", "binary", "start", "seed"}
    for name in ("url", "control-url", "access-code", "api-key"):
        assert ACTION["outputs"][name]["value"] == f"${{{{ steps.start.outputs.{name} }}}}"


@pytest.mark.parametrize(("system", "program"), [("Linux", "linecard"), ("Windows", "linecard.exe")])
def test_a_panel_is_started_with_the_program_that_is_named(runner: Runner, system: str, program: str) -> None:
    if system == "Windows":
        runner.becomes_windows()
    installed = runner.run(INSTALL, binary=BINARY)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    folder = str(runner.folder / "linecard")
    assert (runner.folder / "GITHUB_PATH").read_text("utf-8") == f"{folder}\n"
    started = runner.run(START)
    assert started.returncode == 0, started.stdout + started.stderr
    told = runner.left("GITHUB_OUTPUT")
    assert set(told) == set(ACTION["outputs"])
    assert (told["access-code"], told["api-key"]) == ("access", "YOUR_KEY")
    assert told["control-url"] == f"{told['url']}/_linecard/"
    assert runner.left("GITHUB_ENV") == {
        "LINECARD_BIN": f"{folder}/{program}",
        "LINECARD_URL": told["url"],
        "LINECARD_CONTROL_URL": told["control-url"],
    }
    query = f"api_key={told['api-key']}&action=get_line&id=4521"
    call = f"{told['url']}/{told['access-code']}/admin/index.php?{query}"
    with urllib.request.urlopen(call, timeout=10) as answer:
        assert b'"STATUS_SUCCESS"' in answer.read()


@pytest.mark.parametrize(("version", "place"), [("latest", "latest/download"), ("0.1.0", "download/v0.1.0")])
@pytest.mark.parametrize(
    ("system", "name"), [("Linux", "linecard"), ("macOS", "linecard"), ("Windows", "linecard.exe")]
)
def test_a_release_is_fetched(runner: Runner, version: str, place: str, system: str, name: str) -> None:
    runner.env["RUNNER_OS"] = system
    if system == "Windows":
        runner.becomes_windows()
    release = runner.folder / "server" / "owner" / "linecard" / "releases" / place
    release.mkdir(parents=True)
    program = runner.folder / "program"
    program.write_text("#!/bin/sh\necho linecard 0.1.0\n", "utf-8")
    with tarfile.open(release / f"linecard-{system}-X64.tar.gz", "w:gz") as archive:
        archive.add(program, name)
    fetched = runner.run(INSTALL, version=version)
    assert (fetched.returncode, fetched.stdout) == (0, "linecard 0.1.0\n"), fetched.stderr


def test_what_cannot_be_done_is_an_error_of_the_job(runner: Runner) -> None:
    missing = runner.run(INSTALL, version="9.9.9")
    assert missing.returncode == 1
    assert "::error::version 9.9.9 cannot be fetched from " in missing.stdout
    runner.env["RUNNER_ARCH"] = "PDP11"
    strange = runner.run(INSTALL)
    assert strange.returncode == 1
    assert "::error::there is no release for Linux-PDP11" in strange.stdout
    assert runner.run(INSTALL, binary=BINARY).returncode == 0
    refused = runner.run(START, seed="no-such-seed")
    assert refused.returncode == 1
    assert "::error::linecard: invalid value 'no-such-seed' for '--seed <SEED>'" in refused.stdout
