"""What a user sees on the command line when something of theirs is wrong."""

import subprocess
import sys

import pytest

from scripts.errors import list_problems

RAISE = """
from scripts.errors import DataError, SettingError, show_plain_errors
show_plain_errors()
try:
    raise {inner}
except Exception as error:
    raise RuntimeError("Failed to evaluate ConfigExpression") from error
"""


def run(inner):
    return subprocess.run([sys.executable, "-c", RAISE.format(inner=inner)], capture_output=True, text=True)


@pytest.mark.parametrize("kind", ["DataError", "SettingError"])
def test_a_users_error_ends_with_its_own_message_alone(kind):
    result = run(f"{kind}('case7.png is empty')")
    assert result.returncode == 1
    assert result.stderr.strip() == "error: case7.png is empty"


def test_a_programming_error_keeps_its_traceback():
    result = run("KeyError('x')")
    assert result.returncode == 1
    assert "Traceback" in result.stderr and "KeyError" in result.stderr


def test_problems_are_listed_up_to_a_limit():
    assert list_problems("bad", ["a", "b"]) == "bad:\n  a\n  b"
    assert list_problems("bad", ["a", "b", "c"], most=1) == "bad:\n  a\n  and 2 more"
