"""A wheel that carries the program is of one platform and needs nothing on the PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def wheel(project: Path, into: Path) -> Path:
    """Build it with what is installed; nothing is fetched."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--no-index", "-w", str(into), str(project)], check=True, timeout=60)
    (made,) = into.glob("*.whl")
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the project, so that nothing is left in it."""
    ignored = shutil.ignore_patterns("__pycache__", "tests", ".*_cache")
    return Path(shutil.copytree(PROJECT, tmp_path / "project", ignore=ignored))


def test_without_a_program_it_is_of_any_platform(project: Path, tmp_path: Path) -> None:
    assert wheel(project, tmp_path).name == "linecard-0.1.0-py3-none-any.whl"


def test_with_a_program_it_is_found_there(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = project / "src" / "linecard" / "bin" / "linecard"
    carried.parent.mkdir()
    carried.write_text("#!/bin/sh\necho carried\n")
    carried.chmod(0o755)
    monkeypatch.setenv("LINECARD_WHEEL_PLATFORM", "linux_s390x")
    assert wheel(project, tmp_path).name == "linecard-0.1.0-py3-none-linux_s390x.whl"
    # One for this machine can be installed here.
    monkeypatch.delenv("LINECARD_WHEEL_PLATFORM")
    made, site = wheel(project, tmp_path / "here"), tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--target", str(site), str(made)]
    subprocess.run(install, check=True, timeout=60)
    monkeypatch.delenv("LINECARD_BIN", raising=False)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    program = "import subprocess, linecard; subprocess.run([linecard.find_binary()], check=True)"
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, check=True, timeout=60
    )
    assert ended.stdout == b"carried\n"
