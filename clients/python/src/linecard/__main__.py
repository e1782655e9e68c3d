"""The command ``linecard``: runs the program that the wheel carries, or that is on the PATH."""

from __future__ import annotations

import os
import subprocess
import sys

from ._binary import BinaryNotFound, find_binary


def main() -> int:
    """Become the program."""
    try:
        program = find_binary()
    except BinaryNotFound as error:
        print(f"linecard: {error}", file=sys.stderr)
        return 2
    command = [program, *sys.argv[1:]]
    if os.name != "nt":
        os.execv(program, command)
    # On Windows an exec would return to the shell at once.
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
