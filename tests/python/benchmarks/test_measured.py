"""What a command took, and what is said when it fails."""

import sys

import pytest

from dev.measured import CommandError, run


def test_a_failed_command_shows_its_end() -> None:
    """Name, exit code and the last lines of both outputs, the beginning left out."""
    script = "import sys; print('\\n'.join(map(str, range(50)))); sys.exit('no such table')"
    with pytest.raises(CommandError) as raised:
        run([sys.executable, "-c", script])
    lines = str(raised.value).splitlines()
    assert lines[0].endswith("ended with 1")
    assert len(lines) == 31
    assert {"49", "no such table"} <= set(lines)
    assert "5" not in lines


def test_memory_is_that_of_the_command() -> None:
    """Not what this process once had: Linux credits a new program with its parent's peak."""
    block = b"x" * (500 * 1024 * 1024)
    del block
    assert run([sys.executable, "-c", "pass"]).peak_mb < 450
    assert run([sys.executable, "-c", "b'x' * (500 * 1024 * 1024)"]).peak_mb >= 500
