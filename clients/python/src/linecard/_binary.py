"""Where the program is: named by the environment, carried in the wheel, or on the PATH."""

from __future__ import annotations

import os
import shutil
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
    found = shutil.which("linecard")
    if found:
        return found
    raise BinaryNotFound(
        "there is no linecard to start: set LINECARD_BIN to the program, or put it on the PATH "
        "(cargo install --path . in a checkout of Linecard)"
    )
