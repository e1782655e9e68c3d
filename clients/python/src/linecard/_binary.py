"""Where the program is: named by the environment, carried in the wheel, or on the PATH."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

_NAME = "linecard.exe" if os.name == "nt" else "linecard"


class BinaryNotFound(RuntimeError):
    """There is no ``linecard`` to start; the message says how to get one."""


def find_binary() -> str:
    """Find the program: ``LINECARD_BIN``, then the wheel's own, then the PATH."""
    named = os.environ.get("LINECARD_BIN")
    if named:
        if Path(named).is_file():
            return named
        raise BinaryNotFound(f"LINECARD_BIN names {named}, which is no file; correct it or unset it")
    carried = Path(__file__).parent / "bin" / _NAME
    if carried.is_file():
        return str(carried)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = Path(folder, _NAME)
        if folder and os.access(found, os.X_OK) and found.is_file() and not _is_launcher(found):
            return str(found)
    raise BinaryNotFound(
        "there is no linecard to start: set LINECARD_BIN to the program, or put it on the PATH "
        "(cargo install --path . in a checkout of Linecard)"
    )


# What the commands `linecard` of the packages for Python and Node have in their first lines.
_LAUNCHERS = (b"linecard.__main__", b"linecard/command")


def _is_launcher(program: Path) -> bool:
    """Whether this is no program, but a package's command, which looks for the program itself."""
    if os.name == "nt":
        return program.parent == Path(sysconfig.get_path("scripts"))
    with program.open("rb") as file:
        start = file.read(1024)
    return start.startswith(b"#!") and any(name in start for name in _LAUNCHERS)
