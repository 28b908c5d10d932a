"""The README's commands do what it says, in a copy of the project with an empty home directory."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.marts.harness import PROJECT_ROOT

README = (PROJECT_ROOT / "README.md").read_text()


def make(folder: Path, home: Path, *arguments: str) -> str:
    """Run make with this interpreter's environment and nothing of the user's, and return stdout."""
    kept = {"PATH", "LANG", "LC_ALL", "TZ", "CI"}
    done = subprocess.run(
        ["make", *arguments, f"VENV={Path(sys.prefix)}"],
        cwd=folder,
        env={name: os.environ[name] for name in kept & os.environ.keys()} | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the files that git tracks, as they are in the working tree."""
    if not (Path(sys.prefix) / ".ready").exists():
        pytest.skip("not run from the environment that `make install` makes")
    folder = tmp_path_factory.mktemp("copy") / "storewatch"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT_ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, tracked.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_ROOT / name, folder / name)
    # The requirements must not look newer than the environment that was made from them.
    shutil.copystat(PROJECT_ROOT / "requirements.lock", folder / "requirements.lock")
    return folder


def test_demo_prints_what_the_readme_shows_twice(copy: Path, tmp_path: Path) -> None:
    """`make demo` ends with the README's tables, leaves what it names, and repeats itself."""
    shown = re.search(r"and the alerts:\n\n```\n(.*?)\n```", README, re.DOTALL)
    assert shown is not None
    first = make(copy, tmp_path, "demo")
    assert shown[1] in _plain(first)
    newest = re.search(r"newest alerts first:\n\n```\n(.*?)\n```", README, re.DOTALL)
    assert newest is not None
    assert set(newest[1].splitlines()) <= set(_plain(first).splitlines())
    assert (copy / "warehouse" / "storewatch.duckdb").exists()
    assert (copy / "target" / "static_index.html").exists()
    second = make(copy, tmp_path, "demo")
    begin = "Forecast accuracy of"
    assert second[second.index(begin) :] == first[first.index(begin) :]
    assert list(tmp_path.iterdir()) == [], "the demo wrote into the home directory"


def test_figures_of_detection_are_those_of_its_page() -> None:
    """False CRITICAL alerts, rounded, days to CRITICAL for 15, 20 and 30 %, to WARNING for 10 %."""
    page = (PROJECT_ROOT / "docs" / "detection.md").read_text()
    measured = dict(re.findall(r"^\| ([^|]+) \| ([\d.]+) ±", page, re.MULTILINE))
    said = re.search(r"## How soon a decline is seen\n(.*?)\n## ", README, re.DOTALL)
    assert said is not None
    days = [f"days to CRITICAL, −{size} %" for size in (15, 20, 30)] + ["days to WARNING, −10 %"]
    assert re.findall(r"\d+\.\d+", said[1]) == [
        f"{float(measured['false CRITICAL alerts per store-year']):.2f}",
        *(measured[name] for name in days),
    ]


def test_every_make_command_of_the_documents_exists(copy: Path, tmp_path: Path) -> None:
    """No document names a target that `make help` does not list."""
    listed = set(re.findall(r"^  make ([a-z-]+)", make(copy, tmp_path, "help"), re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (PROJECT_ROOT / document).read_text()
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
        assert named <= listed, document


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """Relative links in Markdown files point at files that exist."""
    for document in (PROJECT_ROOT.glob("*.md"), PROJECT_ROOT.glob("docs/**/*.md")):
        for page in document:
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())
