"""What a command took, and what is said when it fails."""

import os
import subprocess
import sys

import pytest

from dev.measured import OWN_REFERENCES, CommandError, run
from dev.scratch import PROJECT_ROOT

# A process that had 500 MB measures one that needs little and one that needs as much.
MEASURING = """
import sys
from dev.measured import run
block = b"x" * (500 * 1024 * 1024)
del block
for script in ("pass", "b'x' * (500 * 1024 * 1024)"):
    print(run([sys.executable, "-c", script]).peak_mb)
"""


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


@pytest.mark.skipif(not os.access(OWN_REFERENCES, os.W_OK), reason="this system keeps the peak")
def test_memory_is_that_of_the_command() -> None:
    """Not what its parent once had: Linux credits a new program with its parent's peak."""
    measured = subprocess.run(
        [sys.executable, "-c", MEASURING],
        cwd=PROJECT_ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    small, large = map(int, measured.stdout.split())
    assert small < 250
    assert large >= 500
