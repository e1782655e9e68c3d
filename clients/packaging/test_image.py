"""What the Dockerfile says holds for the program: no image is built here, but its commands are run."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
from pathlib import Path
from subprocess import DEVNULL, PIPE

TOP = Path(__file__).parents[2]
BINARY = os.environ["LINECARD_BIN"]


def instructions() -> list[tuple[str, str]]:
    """Read the Dockerfile: a word and what stands after it, with lines that go on joined."""
    text = re.sub(r"(?m)^#.*\n", "", (TOP / "Dockerfile").read_text("utf-8")).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in text.splitlines() if line.strip()]


def ended(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a command that ends by itself."""
    return subprocess.run(command, env=env, capture_output=True, timeout=10, check=False)


ALL = instructions()
FINAL = ALL[max(at for at, (word, _) in enumerate(ALL) if word == "FROM") :]


def one(word: str) -> str:
    """Find what the final image says after a word that it has once."""
    (found,) = [rest for name, rest in FINAL if name == word]
    return found


def env() -> dict[str, str]:
    """Read the image's variables."""
    return dict(pair.split("=", 1) for pair in shlex.split(one("ENV")))


def test_nothing_but_the_program_is_in_it_and_it_runs_as_nobody() -> None:
    assert one("FROM") == "scratch"
    assert [rest.split()[-1] for word, rest in FINAL if word == "COPY"] == ["/linecard", "/data"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", one("USER"))
    assert f"--chown={one('USER')}" in FINAL[3][1] + FINAL[2][1]
    assert one("WORKDIR") == "/data"
    assert json.loads(one("ENTRYPOINT")) == ["/linecard"]
    assert one("EXPOSE") == env()["LINECARD_BIND"].rpartition(":")[2] == "8080"
    assert all(word != "RUN" for word, _ in FINAL), "there is no shell"


def test_the_build_sees_what_it_reads() -> None:
    seen = {line[1:] for line in (TOP / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"}
    read = {"Cargo.toml", "Cargo.lock", ".cargo"}
    for source in [TOP / "Cargo.toml", *TOP.glob("src/**/*.rs")]:
        text = source.read_text("utf-8")
        for path in re.findall(r'(?:include_str!\(|include_bytes!\(|path = )"([^"]+)"', text):
            read.add((source.parent / path).resolve().relative_to(TOP.resolve()).parts[0])
    assert read <= seen, read - seen
    assert "src" in seen
    assert all((TOP / name).exists() for name in seen)


def test_a_server_as_in_the_image_is_healthy() -> None:
    shape = r"--interval=15s --timeout=3s --start-period=5s --start-interval=100ms\s+CMD (\[.*\])"
    found = re.fullmatch(shape, one("HEALTHCHECK"))
    assert found is not None
    check = json.loads(found[1])
    assert check[0] == "/linecard"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The image's port may be taken on this machine; all else is as in the image.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LINECARD_")}
    image = {**clean, **env(), "LINECARD_BIND": f"0.0.0.0:{port}"}
    for command in (json.loads(one("CMD")), ["serve", "--db", ":memory:"]):
        probe = [BINARY, *check[1:], "--url", f"http://127.0.0.1:{port}"]
        server = subprocess.Popen([BINARY, *command], env=image, stdout=PIPE, stderr=DEVNULL)
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(b"ready "), command
            assert ended(probe, image).returncode == 0
        finally:
            server.terminate()
            server.wait(10)
            server.stdout.close()
        assert ended(probe, image).returncode != 0
    # Without --url the check asks the image's own port.
    assert b"http://127.0.0.1:8080" in ended([BINARY, "health", "--help"], clean).stdout
