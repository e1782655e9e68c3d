"""What is Python's own: starting, stopping, finding the program, failing with a story."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest

from linecard import BinaryNotFound, LinecardError, NotStarted, NotVerified, Panel, Preset, find_binary
from linecard._process import Process


def answers(panel: Panel) -> bool:
    """Whether anybody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex((panel.host, panel.port)) == 0


def test_a_panel_says_where_it_is_and_what_opens_it() -> None:
    with Panel.start(seed="docs", clock="frozen:2026-01-01T00:00:00Z", rng_seed=7, strict=True) as panel:
        assert panel.url == f"http://{panel.host}:{panel.port}"
        assert panel.control_url == f"{panel.url}/_linecard/"
        assert (panel.access_code, panel.api_key) == ("access", "YOUR_KEY")
        assert (panel.user, panel.password) == ("customer4521", "securepass")
        assert panel.clock.show()["now"] == "2026-01-01T00:00:00Z"
        assert panel.info()["strict"] is True
        assert answers(panel)
    assert not answers(panel)
    panel.close()


def test_two_panels_share_nothing() -> None:
    with Panel.start("docs") as one, Panel.start("docs") as other:
        one.call("delete_line", id=4521)
        assert one.call("get_line", id=4521)["status"] == "STATUS_FAILURE"
        assert other.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
        assert one.count({}) == 2


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux to watch a process that is no child")
def test_a_server_ends_with_the_process_that_started_it() -> None:
    program = "import linecard; print(linecard.Panel.start().info()['pid'], flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        server = os.pidfd_open(int(starter.stdout.readline()))
        starter.kill()
    ended, _, _ = select.select([server], [], [], 10)
    os.close(server)
    assert ended == [server]


def test_what_the_server_refuses_is_told_as_it_says_it() -> None:
    with pytest.raises(NotStarted) as refused:
        Panel.start("doc")
    assert str(refused.value).startswith(
        "linecard: invalid value 'doc' for '--seed <SEED>': a seed is docs, "
    )
    with pytest.raises(NotStarted, match="unexpected argument '--colour'"):
        Panel.start(args=["--colour"])


def test_a_program_that_is_no_linecard_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="nothing cannot be run: No such file or directory"):
        Panel.start(binary=str(tmp_path / "nothing"))
    for words, told in [
        ("echo hello", "is no linecard: it began with b'hello"),
        ("exec sleep 60", "was not ready within 0.2 s"),
        ("exit 3", "ended before it was ready"),
    ]:
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\n{words}\n")
        program.chmod(0o755)
        with pytest.raises(NotStarted, match=told):
            Panel.start(binary=str(program), timeout=0.2 if "sleep" in words else 10)


def test_the_program_is_found_or_the_error_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINECARD_BIN", str(tmp_path / "gone"))
    with pytest.raises(BinaryNotFound, match="gone, which is no file; correct it or unset it"):
        find_binary()
    monkeypatch.delenv("LINECARD_BIN")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BinaryNotFound, match="set LINECARD_BIN to the program, or put it on the PATH"):
        find_binary()
    program = tmp_path / "linecard"
    program.touch(mode=0o755)
    assert find_binary() == str(program)


def test_a_panel_that_runs_is_attached_to(linecard: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINECARD_CONTROL_URL", raising=False)
    with pytest.raises(ValueError, match="start the tests with `linecard run -- pytest`"):
        Panel.attach()
    monkeypatch.setenv("LINECARD_CONTROL_URL", linecard.control_url)
    with Panel.attach() as other:
        assert other.api_key == linecard.api_key
        with pytest.raises(LinecardError, match="the log is with whoever started the server"):
            other.log()
    assert answers(linecard)
    with pytest.raises(ValueError, match="'localhost:1' is no URL of a panel"):
        Panel.attach("localhost:1")


def test_a_token_opens_the_control_plane() -> None:
    options = ["test", "--seed", "docs", "--control-token", "s3cret", "--ready-format", "json"]
    process = Process([find_binary(), *options], timeout=10)
    try:
        with pytest.raises(LinecardError, match="Authorization: Bearer") as refused:
            Panel.attach(process.ready["control"])
        assert refused.value.status == 401
        assert Panel.attach(process.ready["control"], "s3cret").reset()["lines"] == 2
    finally:
        process.stop()
    # Whoever starts the server is told by it.
    with Panel.start("docs", args=["--control-token", "s3cret"]) as panel, panel.world() as world:
        assert world.reset()["lines"] == 2


def test_the_panel_is_found_where_the_control_plane_has_a_socket_of_its_own() -> None:
    with Panel.start("docs", args=["--control-bind", "127.0.0.1:0"]) as panel, panel.world("docs") as world:
        assert panel.control_url != f"{panel.url}/_linecard/"
        assert panel.url == f"http://{panel.host}:{panel.port}"
        assert world.call("delete_line", id=4521)["status"] == "STATUS_SUCCESS"
        named = Panel.attach(panel.control_url, world=world.world_name)
        for one, status in [(named, "STATUS_FAILURE"), (Panel.attach(panel.control_url), "STATUS_SUCCESS")]:
            assert one.call("get_line", id=4521)["status"] == status
            assert one.url == f"http://{one.host}:{one.port}"
        assert (panel.count({}), world.count({})) == (1, 2)


def test_a_state_is_put_back_as_it_was(linecard: Panel) -> None:
    linecard.call("create_transcode_profile", profile_name="empty")
    before = linecard.state.get()
    assert linecard.call("delete_line", id=4521)["status"] == "STATUS_SUCCESS"
    assert linecard.state.get() != before
    assert linecard.state.put(before)["lines"] == 2
    assert linecard.state.get() == before


def test_a_world_has_its_own_port_and_draws(linecard: Panel) -> None:
    with linecard.world("docs", rng_seed=7) as one, linecard.world("docs", rng_seed=7) as other:
        assert len({linecard.port, one.port, other.port}) == 3
        assert one.url == f"http://{one.host}:{one.port}"
        assert one.control_url == f"{one.url}/_linecard/"
        assert answers(one)
        (drawn,) = {
            panel.call("create_line", exp_date="2027-01-01")["data"]["password"] for panel in (one, other)
        }
        assert drawn
        assert Panel.attach(linecard.control_url, world=one.world_name).count({}) == 1
        assert linecard.count({}) == 0
        with pytest.raises(LinecardError, match="the log is with whoever started the server"):
            one.log()
    assert not answers(one)
    assert linecard.world_name == "main"


def test_what_was_expected_of_a_world_is_checked_when_its_block_ends(linecard: Panel) -> None:
    with pytest.raises(NotVerified, match="at least 1 wanted"), linecard.world() as world:
        world.expect({"action": "create_line"})
    assert linecard.worlds() == []


def test_a_world_ends_with_its_server() -> None:
    panel = Panel.start("docs")
    world = panel.world()
    panel.close()
    world.close()
    assert not answers(world)


def test_the_metrics_are_what_prometheus_reads(linecard: Panel) -> None:
    before = linecard.metrics().splitlines()
    assert before[0].startswith("# HELP linecard_")
    linecard.call("get_lines")
    assert linecard.metrics().splitlines() != before


def test_a_panel_with_tls_is_asked_where_its_authority_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINECARD_TLS_CA", raising=False)
    authority = str(tmp_path / "authority.pem")
    args = ["--tls", "self-signed", "--tls-ca-out", authority, "--control-bind", "127.0.0.1:0"]
    with Panel.start("docs", args=args, tls_ca=authority) as started:
        assert started.url == f"https://{started.host}:{started.port}"
        assert started.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
        with started.world() as world:
            assert world.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
            assert (world.count({}), started.count({})) == (1, 1)
        url = started.control_url
        refusal = (
            r"^the certificate of 127\.0\.0\.1:\d+ is not trusted \(.+\): "
            "name the file of its authority with tls_ca or LINECARD_TLS_CA$"
        )
        with pytest.raises(LinecardError, match=refusal):
            Panel.attach(url)
        empty = tmp_path / "empty.pem"
        empty.touch()
        for unusable in (empty, tmp_path / "missing.pem"):
            with pytest.raises(
                LinecardError, match=rf"{unusable.name} holds no authorities to trust \(.+\): name"
            ):
                Panel.attach(url, tls_ca=str(unusable))
        monkeypatch.setenv("LINECARD_TLS_CA", authority)
        attached = Panel.attach(url)
        assert attached.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
        assert attached.count({"action": "get_line"}) == 2
    with pytest.raises(LinecardError, match=refusal):
        Panel.start("docs", args=args[:2])


def test_a_panel_that_is_closed_says_so() -> None:
    panel = Panel.start("docs")
    panel.close()
    with pytest.raises(LinecardError, match=r"GET /_linecard/info on .* was not answered \(.*refused"):
        panel.info()


def test_a_request_that_did_not_come_is_a_story(linecard: Panel) -> None:
    linecard.call("get_line", id=4521)
    seq = linecard.requests()[0]["seq"]
    with pytest.raises(NotVerified) as failed:
        linecard.verify({"action": "get_lines"}, times=1)
    assert str(failed.value) == (
        "0 requests match, exactly 1 wanted\n"
        f'hint: request {seq} is closest: action is "get_line", not "get_lines"\n'
        f"closest: #{seq} POST /access/admin/index.php (admin get_line)\n"
        '  action: wanted "get_lines", got "get_line"'
    )
    assert isinstance(failed.value, AssertionError)


def test_a_verify_waits_for_a_request_that_comes_later(linecard: Panel) -> None:
    later = threading.Thread(target=linecard.call, args=["get_lines"])
    later.start()
    assert linecard.verify({"action": "get_lines"}, times=1, within="10s")["count"] == 1
    later.join()


def test_a_journal_that_is_too_small_is_no_verdict() -> None:
    with Panel.start("docs", args=["--journal-size", "1"]) as panel:
        for _ in range(2):
            panel.call("get_lines")
        with pytest.raises(NotVerified, match="start with a larger --journal-size"):
            panel.verify({"action": "get_lines"}, times=2)


def test_a_fault_ends_with_its_block(linecard: Panel) -> None:
    with linecard.faults.preset("empty_body", {"action": "get_line"}) as fault:
        with pytest.raises(LinecardError, match="the answer 200 is no JSON of Linecard's: ''"):
            linecard.call("get_line", id=4521)
        assert fault.hits() == 1
    assert linecard.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
    with linecard.faults.add({"status": 503}):
        linecard.reset()
    assert "empty_body" in linecard.faults.presets()


def test_presets_are_those_of_the_server(linecard: Panel) -> None:
    assert sorted(get_args(Preset)) == sorted(linecard.faults.presets())


def test_the_clock_takes_what_python_has_for_times(linecard: Panel) -> None:
    berlin = timezone(timedelta(hours=2))
    frozen = linecard.clock.freeze(datetime(2026, 6, 1, 14, 30, tzinfo=berlin))
    assert (frozen["mode"], frozen["now"]) == ("frozen", "2026-06-01T12:30:00Z")
    assert linecard.clock.freeze(1_780_317_000)["now"] == "2026-06-01T12:30:00Z"
    assert linecard.clock.advance(timedelta(days=1, minutes=1))["now"] == "2026-06-02T12:31:00Z"
    to = datetime(2026, 7, 1, tzinfo=timezone.utc)
    assert linecard.clock.advance(to=to)["now"] == "2026-07-01T00:00:00Z"
    assert linecard.clock.offset(timedelta(hours=-1))["offset_s"] == -3600
    with pytest.raises(ValueError, match="has no time zone: give it one, such as"):
        linecard.clock.freeze(datetime(2026, 6, 1))
    with pytest.raises(ValueError, match="is no number of whole seconds"):
        linecard.clock.advance(timedelta(milliseconds=1))


def test_an_answer_that_is_none_has_its_status_and_body(linecard: Panel) -> None:
    linecard.faults.add({"status": 503}, {"action": "get_line"})
    with pytest.raises(LinecardError) as failed:
        linecard.call("get_line", id=4521)
    assert str(failed.value) == "the answer 503 is a failure: '503\\n'"
    assert (failed.value.status, failed.value.problem["body"]) == (503, "503\n")


def test_urls_are_those_that_a_client_needs(linecard: Panel) -> None:
    assert linecard.admin_api == f"{linecard.url}/access/admin/index.php"
    assert linecard.xc_v2_api == f"{linecard.url}/api.php"
    with linecard.world() as world:
        assert world.admin_api == f"{world.url}/access/admin/index.php"
    with Panel.start(args=["--db", ":memory:"]) as empty:
        assert empty.admin_api is not None


def test_what_opens_the_panel_is_that_of_its_seed(linecard: Panel) -> None:
    linecard.reset(seed="small")
    assert (linecard.access_code, linecard.api_key) == ("small0001", "SMALL_KEY")
    assert linecard.call("get_lines")["status"] == "STATUS_SUCCESS"
    linecard.reset()
    assert (linecard.access_code, linecard.api_key) == ("access", "YOUR_KEY")


def test_suspicious_requests_fail_a_check_where_they_are_to(linecard: Panel) -> None:
    linecard.fail_on_unmatched()
    linecard.call("get_lin")
    seq = linecard.requests()[0]["seq"]
    with pytest.raises(NotVerified) as failed:
        linecard.check()
    assert str(failed.value) == (
        "1 suspicious request came\n"
        "hint: forget_requests() forgets those that a test makes on purpose\n"
        f"unmatched: #{seq} POST /access/admin/index.php: there is no get_lin; did you mean get_line?"
    )
    linecard.check()
    linecard.fail_on_unmatched()
    linecard.forget_requests()
    linecard.check()


def test_what_was_expected_is_checked_when_the_block_ends() -> None:
    with pytest.raises(NotVerified, match="at least 1 wanted"), Panel.start("docs") as panel:
        panel.expect({"action": "create_line"})
    assert not answers(panel)


def test_a_block_that_fails_fails_as_it_did() -> None:
    def fail(panel: Panel) -> None:
        panel.expect({"action": "create_line"})
        raise KeyError

    with pytest.raises(KeyError), Panel.start("docs") as panel:
        fail(panel)


def test_the_log_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    with Panel.start("docs") as panel:
        assert "NOTIFY_SOCKET is set, but could not be written to" in panel.log()
