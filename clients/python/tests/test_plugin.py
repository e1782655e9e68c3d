"""The fixtures as a project has them: in a pytest of its own."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from linecard import find_binary

pytest_plugins = ["pytester"]
README = Path(__file__).parents[1] / "README.md"


def test_the_examples_of_the_readme_pass_as_printed(pytester: pytest.Pytester) -> None:
    examples = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    pytester.makepyfile("\n".join(examples))
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_each_test_begins_at_the_start(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("time", [1, 2])
        def test_a_line_is_deleted(linecard, time):
            assert linecard.call("delete_line", id=4521)["status"] == "STATUS_SUCCESS"
            assert linecard.count({}) == 1
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_an_expectation_that_is_not_met_fails_the_test_and_no_other(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_expects(linecard):
            linecard.expect({"action": "create_line"}, times=1)

        def test_another(linecard):
            linecard.expect({"action": "get_lines"})
            linecard.call("get_lines")

        def test_without():
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["*NotVerified: 0 requests match, exactly 1 wanted"])


def test_the_configuration_says_how_it_starts(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlinecard_seed = small\nlinecard_args = --strict --timezone Europe/London\n")
    pytester.makepyfile(
        """
        def test_info(linecard):
            info = linecard.info()
            assert (info["strict"], info["timezone"]) == (True, "Europe/London")
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_each_test_can_have_a_world(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_expects(linecard_world):
            linecard_world.expect({"action": "create_line"}, times=1)

        def test_two_panels(linecard, linecard_world, linecard_server):
            linecard_world.call("delete_line", id=4521)
            assert linecard.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
            assert linecard is linecard_server
            assert [world["url"] for world in linecard.worlds()] == [linecard_world.url]
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*NotVerified: 0 requests match, exactly 1 wanted"])


def test_the_configuration_makes_every_panel_a_world(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlinecard_world = true\n")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("time", [1, 2])
        def test_a_line_is_deleted(linecard, linecard_server, time):
            assert linecard.call("delete_line", id=4521)["status"] == "STATUS_SUCCESS"
            assert (linecard.count({}), linecard_server.count({})) == (1, 0)
            assert [world["id"] for world in linecard_server.worlds()] == [linecard.world_name]
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


SIDE_BY_SIDE = """
    import pytest

    @pytest.mark.parametrize("time", range(8))
    def test_alone(linecard, time):
        for _ in range(8):
            linecard.call("get_lines")
        assert linecard.count({}) == 8
        print("panel", linecard.info()["pid"], linecard.world_name != "main")
"""


def test_processes_side_by_side_have_servers_of_their_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SIDE_BY_SIDE)
    result = pytester.runpytest_subprocess("-n", "2", "-rP")
    result.assert_outcomes(passed=8)
    servers = {line for line in result.outlines if line.startswith("panel ")}
    assert len(servers) == 2
    assert all(line.endswith("False") for line in servers)


def test_the_fixture_trusts_the_authority_that_is_named(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nlinecard_args = --tls self-signed --tls-ca-out ca.pem\nlinecard_tls_ca = ca.pem\n"
    )
    pytester.makepyfile(
        """
        def test_url(linecard):
            assert linecard.url.startswith("https://")
            assert linecard.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


TYPO = """
    def test_a_typo(linecard):
        linecard.call("get_lin")

    def test_a_typo_in_a_world(linecard_world):
        linecard_world.call("get_lin")

    def test_another(linecard, linecard_world):
        assert linecard.call("get_lines")["status"] == "STATUS_SUCCESS"
"""


def test_a_typo_fails_the_test_that_makes_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlinecard_fail_on_unmatched = true\n")
    on_purpose = """
    def test_on_purpose(linecard):
        linecard.call("get_lin")
        linecard.fail_on_unmatched(False)
    """
    pytester.makepyfile(TYPO + on_purpose)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=2, passed=2)
    result.stdout.fnmatch_lines(["*NotVerified: 1 suspicious request came", "*did you mean get_line?"])


def test_a_typo_under_linecard_run_ends_it_with_3(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TYPO)
    journal = pytester.path / "run.jsonl"
    command = [find_binary(), "run", "--seed", "docs", "--control", "--fail-on-unmatched"]
    command += ["--journal-out", str(journal), "--", "pytest", "-q", str(pytester.path)]
    ended = subprocess.run(command, capture_output=True, timeout=60, check=False, text=True)
    assert (ended.returncode, "3 passed" in ended.stdout) == (3, True), ended.stdout
    story = "POST /access/admin/index.php: there is no get_lin; did you mean get_line?"
    assert sorted(ended.stderr.splitlines()) == [
        f"linecard: unmatched in world-1: {story}",
        f"linecard: unmatched: {story}",
    ]
    actions = [json.loads(line)["action"] for line in journal.read_text("utf-8").splitlines()]
    assert sorted(actions) == ["get_lin", "get_lin", "get_lines"]


def test_under_linecard_run_with_tls_nothing_has_to_be_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os

        def test_url(linecard):
            assert linecard.url == os.environ["LINECARD_URL"]
            assert linecard.url.startswith("https://")
            assert linecard.call("get_line", id=4521)["status"] == "STATUS_SUCCESS"
        """
    )
    command = [find_binary(), "run", "--seed", "docs", "--control", "--tls", "self-signed", "--"]
    command += ["pytest", "-q", str(pytester.path)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False, text=True)
    assert (ended.returncode, "1 passed" in ended.stdout) == (0, True), ended.stdout


def test_processes_side_by_side_under_linecard_run_have_worlds(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SIDE_BY_SIDE)
    command = [find_binary(), "run", "--seed", "docs", "--control", "--"]
    command += ["pytest", "-q", "-rP", "-n", "2", str(pytester.path)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False, text=True)
    assert (ended.returncode, "8 passed" in ended.stdout) == (0, True), ended.stdout
    (server,) = {line for line in ended.stdout.splitlines() if line.startswith("panel ")}
    assert server.endswith("True")


def test_under_linecard_run_the_panel_is_the_one_that_runs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os

        def test_url(linecard):
            assert linecard.url == os.environ["LINECARD_URL"]
            linecard.call("get_lines")
        """
    )
    command = [find_binary(), "run", "--seed", "docs", "--control", "--", "pytest", "-q", str(pytester.path)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False)
    assert (ended.returncode, b"1 passed" in ended.stdout) == (0, True), ended.stdout
