"""One version: in pyproject.toml, and whatever else says one agrees with it."""

import re
import tomllib
from importlib.metadata import version

from click.testing import CliRunner

from kiosk.cli.main import main
from tests.tree import read

VERSION = tomllib.loads(read("pyproject.toml"))["project"]["version"]


def test_kiosk_says_the_version_of_the_project() -> None:
    """Where this fails after a change of the version: make setup."""
    assert version("kiosk") == VERSION
    assert CliRunner().invoke(main, ["--version"]).output.split()[-1] == VERSION


def test_the_newest_released_heading_of_the_changelog_is_this_version_below_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", VERSION]
    assert len(set(headings)) == len(headings)


def test_no_other_file_writes_the_version_down() -> None:
    for name in (
        "scripts/release.sh",
        "scripts/package/deb.sh",
        "scripts/package/control/postinst",
        "README.md",
    ):
        assert VERSION not in read(name), name
