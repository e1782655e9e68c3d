"""The platform tag of a wheel that carries a program, read from the program.

Installers take a wheel for Linux only if its tag says which C library it needs: ``manylinux`` names the
oldest glibc, ``musllinux`` musl. A static program needs none and has both tags.
"""

from __future__ import annotations

import mmap
import re
import struct
import sysconfig
from pathlib import Path

_ELF = b"\x7fELF"
_MACHINES = {62: "x86_64", 183: "aarch64"}
_INTERPRETER = 3
# The oldest versions that installers know tags for.
_MANYLINUX, _MUSLLINUX = "manylinux2014", "musllinux_1_1"


def platform_of(program: Path) -> str:
    """Tell the tag, such as ``manylinux_2_34_x86_64``; elsewhere than on Linux that of this machine."""
    with program.open("rb") as file:
        if file.read(len(_ELF)) != _ELF:
            return sysconfig.get_platform().replace("-", "_").replace(".", "_")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _of_elf(content)


def _of_elf(content: mmap.mmap) -> str:
    machine = struct.unpack_from("<H", content, 18)[0]
    architecture = _MACHINES.get(machine)
    if architecture is None:
        raise ValueError(
            f"a program for the machine {machine} has no tag: name it with LINECARD_WHEEL_PLATFORM"
        )
    interpreter = _interpreter(content)
    if interpreter is None:
        return f"{_MANYLINUX}_{architecture}.{_MUSLLINUX}_{architecture}"
    if "musl" in interpreter:
        return f"{_MUSLLINUX}_{architecture}"
    # The versions of the symbols that it imports. Packed relocations came with 2.36.
    needed = [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", content)]
    needed += [36] if content.find(b"GLIBC_ABI_DT_RELR") >= 0 else [17]
    return f"manylinux_2_{max(needed)}_{architecture}"


def _interpreter(content: mmap.mmap) -> str | None:
    """Read the path of the loader that a program asks for; a static one asks for none."""
    begin = struct.unpack_from("<Q", content, 32)[0]
    size, count = struct.unpack_from("<HH", content, 54)
    for at in range(begin, begin + size * count, size):
        if struct.unpack_from("<I", content, at)[0] == _INTERPRETER:
            offset = struct.unpack_from("<Q", content, at + 8)[0]
            return content[offset : content.find(b"\0", offset)].decode()
    return None
