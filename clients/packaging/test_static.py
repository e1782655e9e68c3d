"""The static program as it is in the image: alone in a root, and as nobody.

``LINECARD_STATIC_BIN`` names one. CI makes none, because that takes minutes; CONTRIBUTING.md says how to.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import urllib.request
from pathlib import Path
from subprocess import PIPE

import pytest
from test_image import env, one

PROGRAM = os.environ.get("LINECARD_STATIC_BIN", "")
INTERPRETER = 3

pytestmark = pytest.mark.skipif(not PROGRAM or os.getuid() != 0, reason="needs a static program, and root")


def segments(program: bytes) -> set[int]:
    """Read the types of a 64-bit ELF program's segments."""
    begin, size, count = (*struct.unpack_from("<Q", program, 32), *struct.unpack_from("<HH", program, 54))
    return {struct.unpack_from("<I", program, begin + size * at)[0] for at in range(count)}


def test_it_asks_for_no_loader() -> None:
    program = Path(PROGRAM).read_bytes()
    assert program[:5] == b"\x7fELF\x02"
    assert INTERPRETER not in segments(program)


def test_it_serves_as_nobody_where_there_is_nothing_else(tmp_path: Path) -> None:
    shutil.copy(PROGRAM, tmp_path / "linecard")
    # pytest keeps its folders to itself; here somebody else looks into one.
    tmp_path.chmod(0o755)
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, *map(int, one("USER").split(":")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inside = ["chroot", f"--userspec={one('USER')}", str(tmp_path), *json.loads(one("ENTRYPOINT"))]
    health = [*inside, "health", "--bare", "--url", f"http://127.0.0.1:{port}"]
    image = {**env(), "PATH": os.environ["PATH"], "LINECARD_BIND": f"0.0.0.0:{port}"}
    for command in (
        json.loads(one("CMD")),
        ["serve", "--seed", "docs", "--db", f"{one('WORKDIR')}/linecard.db"],
    ):
        server = subprocess.Popen([*inside, *command], env=image, stdout=PIPE, stderr=PIPE)
        try:
            assert server.stdout is not None
            assert server.stderr is not None
            ready = server.stdout.readline()
            assert ready.startswith(b"ready "), server.stderr.read()
            assert subprocess.run(health, env=image, timeout=10, check=False).returncode == 0
            call = f"http://127.0.0.1:{port}/access/admin/index.php?api_key=YOUR_KEY&action=get_line&id=4521"
            with urllib.request.urlopen(call, timeout=10) as answer:
                assert b'"username":"customer4521"' in answer.read()
        finally:
            server.terminate()
            code = server.wait(10)
            server.stdout.close()
            server.stderr.close()
        assert code == 0
    assert [path.name for path in data.iterdir()] == ["linecard.db"]
