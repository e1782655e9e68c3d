"""The fixtures as a project has them: in a pytest of its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from linecard import find_binary

pytest_plugins = ["pytester"]
README = Path(__file__).parents[1] / "README.md"


def test_the_example_of_the_readme_passes_as_printed(pytester: pytest.Pytester) -> None:
    example = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert example is not None
    pytester.makepyfile(example[1])
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


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
