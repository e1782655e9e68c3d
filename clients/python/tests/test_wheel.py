"""A wheel that carries the program is of one platform and needs nothing on the PATH."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.tags import sys_tags

from linecard import find_binary

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))
from wheel_platform import platform_of  # noqa: E402 - it lies in the project's folder


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
    commands = [[sys.executable, "-m", "linecard"], [str(site / "bin" / "linecard")]]
    for command in commands:
        assert ran(command, environment) == (0, "carried\n", "")


def ran(command: list[str], environment: dict[str, str]) -> tuple[int, str, str]:
    """Run a command that ends by itself."""
    ended = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60, text=True)
    return ended.returncode, ended.stdout, ended.stderr


def test_the_command_is_the_program_and_never_itself(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "linecard"
    command = [str(script), "--version"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINECARD_")}
    # Nothing else is on the PATH than the command itself.
    code, out, err = ran(command, {**environment, "PATH": str(script.parent)})
    assert (code, out) == (2, "")
    assert err.startswith("linecard: there is no linecard to start: set LINECARD_BIN to the program, or")
    assert ran([sys.executable, "-m", "linecard"], {**environment, "PATH": str(script.parent)})[0] == 2
    (tmp_path / "linecard").symlink_to(Path(find_binary()).absolute())
    found = {**environment, "PATH": f"{script.parent}{os.pathsep}{tmp_path}"}
    assert ran(command, found) == (0, "linecard 0.1.0\n", "")
    assert ran([*command[:1], "no-such-command"], found)[0] == 2


def elf(interpreter: bytes | None, machine: int = 62, symbols: bytes = b"") -> bytes:
    """Make as much of a program as is read of it."""
    head = b"\x7fELF\x02\x01\x01".ljust(18, b"\0") + struct.pack("<H", machine)
    head = head.ljust(32, b"\0") + struct.pack("<Q", 64)
    head = head.ljust(54, b"\0") + struct.pack("<HH", 56, 1)
    kind = 1 if interpreter is None else 3
    segment = struct.pack("<IIQ", kind, 0, 120)
    return head.ljust(64, b"\0") + segment.ljust(56, b"\0") + (interpreter or b"") + b"\0" + symbols


@pytest.mark.parametrize(
    ("program", "tag"),
    [
        (elf(None), "manylinux2014_x86_64.musllinux_1_1_x86_64"),
        (elf(None, 183), "manylinux2014_aarch64.musllinux_1_1_aarch64"),
        (elf(b"/lib/ld-musl-x86_64.so.1"), "musllinux_1_1_x86_64"),
        (elf(b"/lib64/ld-linux-x86-64.so.2", symbols=b"GLIBC_2.9\0GLIBC_2.34\0"), "manylinux_2_34_x86_64"),
        (elf(b"/lib/ld-linux-aarch64.so.1", 183, b"GLIBC_2.5\0"), "manylinux_2_17_aarch64"),
        (elf(b"/lib64/ld-linux-x86-64.so.2", symbols=b"GLIBC_ABI_DT_RELR\0"), "manylinux_2_36_x86_64"),
    ],
)
def test_the_tag_says_which_linux_the_program_needs(
    project: Path, tmp_path: Path, program: bytes, tag: str
) -> None:
    carried = project / "src" / "linecard" / "bin" / "linecard"
    carried.parent.mkdir()
    carried.write_bytes(program)
    assert wheel(project, tmp_path / "wheels").name == f"linecard-0.1.0-py3-none-{tag}.whl"


def test_the_tag_of_a_real_program_is_one_that_installers_take_here() -> None:
    known = {tag.platform for tag in sys_tags()}
    assert set(platform_of(Path(find_binary())).split(".")) & known


def test_a_program_of_an_unknown_machine_asks_for_its_tag(tmp_path: Path) -> None:
    program = tmp_path / "linecard"
    program.write_bytes(elf(None, 22))
    with pytest.raises(ValueError, match="the machine 22 has no tag: name it with LINECARD_WHEEL_PLATFORM"):
        platform_of(program)
